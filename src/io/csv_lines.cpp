#include "csv_lines.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "system_error.hpp"

namespace eigenflow::io {
namespace {

// In a record every quoted cell has an even number of quotes, so an odd count means that a cell is still open.
bool has_open_quote(const char* text) {
    bool open = false;
    for (; (text = std::strchr(text, '"')) != nullptr; ++text) open = !open;
    return open;
}

}  // namespace

CsvBytes::CsvBytes(const std::filesystem::path& path)
    : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw UnreadableCsv{system_error("read", path, errno)};
}

CsvBytes::~CsvBytes() { ::close(descriptor_); }

int CsvBytes::read(char* buffer, int size) {
    // Filled as far as the file goes: LineReader takes a short read for the end, and pipes give short reads.
    const auto wanted = static_cast<std::size_t>(size);
    std::size_t filled = 0;
    while (filled < wanted) {
        const ssize_t got = ::read(descriptor_, buffer + filled, wanted - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw UnreadableCsv{system_error("read", path_, errno)};
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    refuse_nul(buffer, filled);
    if (filled != 0) last_ = buffer[filled - 1];
    if (filled < wanted && last_ != '\n') last_ = buffer[filled++] = '\n';
    return static_cast<int>(filled);
}

void CsvBytes::refuse_nul(const char* bytes, std::size_t size) {
    const void* nul = size == 0 ? nullptr : std::memchr(bytes, '\0', size);
    const char* end = nul ? static_cast<const char*>(nul) : bytes + size;
    line_ += static_cast<std::size_t>(std::count(bytes, end, '\n'));
    if (!nul) return;
    throw UnreadableCsv{
        {ErrorKind::file, fmt::format("{}, line {}: there is a NUL byte, so this is no UTF-8 text; save "
                                      "the table as CSV in UTF-8",
                                      path_.string(), line_)}};
}

CsvRecords::CsvRecords(const std::filesystem::path& path)
    : path_(path), reader_(path.string(), std::make_unique<CsvBytes>(path)) {}

const char* CsvRecords::next_line() try {
    return reader_.next_line();
} catch (const ::io::error::line_length_limit_exceeded& limit) {
    throw UnreadableCsv{{ErrorKind::file, fmt::format("{}, line {}: the line has 16 MiB or more; separate rows by line "
                                                      "feeds, and split tables wider than that",
                                                      path_.string(), limit.file_line)}};
}

const char* CsvRecords::next() {
    const char* text = next_line();
    while (text && text[std::strspn(text, " \t\r")] == '\0') text = next_line();
    line_ = reader_.get_file_line();
    if (!text || !has_open_quote(text)) return text;
    joined_ = text;
    for (bool open = true; open;) {
        text = next_line();
        if (!text) {
            throw UnreadableCsv{{ErrorKind::file, fmt::format("{}, line {}: a quote that opens here is never closed; "
                                                              "close it, or double quotes that belong to the text",
                                                              path_.string(), line_)}};
        }
        joined_.append("\n").append(text);
        open ^= has_open_quote(text);
    }
    return joined_.c_str();
}

}  // namespace eigenflow::io

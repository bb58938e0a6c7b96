#include "eigenflow/io/csv_writer.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

namespace eigenflow::io {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool needs_quotes(std::string_view text) {
    return text.find_first_of(",\"\n\r") != std::string_view::npos ||
           (!text.empty() && (is_blank(text.front()) || is_blank(text.back())));
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) result.append(c == '"' ? 2 : 1, c);
    return result + '"';
}

template <class Number>
std::string_view format(Number value, char (&digits)[32]) {
    return {digits, static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, value).ptr - digits)};
}

}  // namespace

std::string csv_cell(std::string_view text) { return needs_quotes(text) ? quoted(text) : std::string(text); }

Result<CsvWriter> CsvWriter::open(const std::filesystem::path& path, const std::vector<std::string>& columns) {
    auto file = AtomicFile::open(path);
    if (!file) return file.error();
    CsvWriter writer(std::move(*file), columns.size());
    for (const std::string& column : columns) writer.cell(column);
    writer.end_row();
    if (writer.error_) return *writer.error_;
    return writer;
}

CsvWriter& CsvWriter::raw(std::string_view text) {
    if (cells_++ != 0) row_.push_back(',');
    row_.append(text);
    return *this;
}

CsvWriter& CsvWriter::cell(double value) {
    char digits[32];
    return std::isfinite(value) ? raw(format(value, digits)) : raw({});
}

CsvWriter& CsvWriter::cell(std::string_view text) { return needs_quotes(text) ? raw(quoted(text)) : raw(text); }

CsvWriter& CsvWriter::integer(std::int64_t value) {
    char digits[32];
    return raw(format(value, digits));
}

CsvWriter& CsvWriter::natural(std::uint64_t value) {
    char digits[32];
    return raw(format(value, digits));
}

void CsvWriter::end_row() {
    if (cells_ != columns_ && !error_) {
        error_ = Error{ErrorKind::internal,
                       fmt::format("row {} of {} was given {} cells for {} columns; this is a bug, please report it",
                                   rows_, file_.path().string(), cells_, columns_)};
    }
    if (!error_) {
        row_.append(columns_ == 1 && row_.empty() ? "\"\"\n" : "\n");
        if (auto appended = file_.append(row_); !appended) error_ = appended.error();
    }
    ++rows_;
    cells_ = 0;
    row_.clear();
}

Result<void> CsvWriter::commit() {
    if (cells_ != 0) end_row();  // too few cells: an error; enough: the caller forgot nothing but the line end
    if (error_) return *error_;
    return file_.commit();
}

}  // namespace eigenflow::io

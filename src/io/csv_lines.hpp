#pragma once

// fccp would start a thread that reads ahead; the file is in the page cache, and WebAssembly may have no threads.
#define CSV_IO_NO_THREAD
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstringop-truncation"  // strncpy of the file name, inlined into our code
#include <libfccp/csv.h>
#pragma GCC diagnostic pop
#else
#include <libfccp/csv.h>
#endif

#include <filesystem>
#include <memory>
#include <string>

#include "eigenflow/core/result.hpp"

namespace eigenflow::io {

/// Thrown through fccp, which reports everything by exceptions; read_csv catches it.
struct UnreadableCsv {
    Error error;
};

/// The bytes of a file for fccp's LineReader. It adds the line end that the last line may lack, since LineReader then
/// tests the byte behind the data, and mistakes a stale '\n' there for its own. Throws UnreadableCsv for read errors
/// and NUL bytes (LineReader's lines are C strings: the rest of the line would vanish).
class CsvBytes final : public ::io::ByteSourceBase {
public:
    explicit CsvBytes(const std::filesystem::path& path);
    CsvBytes(const CsvBytes&) = delete;
    CsvBytes& operator=(const CsvBytes&) = delete;
    ~CsvBytes() override;
    int read(char* buffer, int size) override;

private:
    void refuse_nul(const char* bytes, std::size_t size);

    std::filesystem::path path_;
    int descriptor_;
    std::size_t line_ = 1;
    char last_ = '\n';
};

/// The records of a CSV file as C strings: a line, or several joined by '\n' when a quoted cell goes on.
class CsvRecords {
public:
    explicit CsvRecords(const std::filesystem::path& path);
    /// The next record that is not blank; null at the end. Valid until the next call. Throws UnreadableCsv.
    const char* next();
    unsigned line() const { return line_; }  ///< where the last record started

private:
    const char* next_line();

    std::filesystem::path path_;
    ::io::LineReader reader_;
    std::string joined_;
    unsigned line_ = 0;
};

}  // namespace eigenflow::io

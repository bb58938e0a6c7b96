#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/core/result.hpp"

namespace eigenflow::io {

/// What CsvTable::numbers makes of an empty cell, or of one that says nan.
enum class Gaps { refused, as_nan };

/// The cells of a CSV file as text; numbers are parsed a column at a time, when asked for. Rows and columns count from
/// 0 here, lines of the file from 1. Views stay valid for the life of the table, also when it is moved.
class CsvTable {
public:
    const std::string& file() const { return path_; }  ///< as it was given, for messages
    const std::vector<std::string>& columns() const { return columns_; }
    std::size_t rows() const { return lines_.size(); }  ///< ≥ 1

    /// Index of a column. Missing: names the nearest one. Named twice in the header: refused. ErrorKind::file.
    Result<std::size_t> column(std::string_view name) const;
    bool has_column(std::string_view name) const;

    /// Quotes removed. row < rows(), column < columns().size().
    std::string_view text(std::size_t row, std::size_t column) const;
    Result<std::vector<std::string_view>> texts(std::string_view column) const;

    /// A column as doubles, correctly rounded (std::from_chars), finite except for gaps read as NaN. The whole cell
    /// must be a decimal number; blanks around it and one leading + are allowed. ErrorKind::file names file, line,
    /// column and value of the first bad row. `judge`, if given, says what is wrong with a number, and what to do about
    /// it, or nullptr.
    Result<std::vector<double>> numbers(std::string_view column, Gaps gaps = Gaps::refused,
                                        const char* (*judge)(double) = nullptr) const;

    /// `FILE, line L, column "NAME"`, for the errors of those who know what a cell means.
    std::string place(std::size_t row, std::size_t column) const;

private:
    friend class CsvParser;
    CsvTable() = default;

    std::string path_;
    std::vector<std::string> columns_;
    std::vector<char> characters_;      // of all cells, row by row, without separators
    std::vector<std::size_t> ends_;     // of cell (row, column) in characters_, at [row * columns + column]
    std::vector<std::uint32_t> lines_;  // of the file, where each row starts
};

/// Reads a CSV file: comma, LF or CRLF, an optional UTF-8 byte order mark, RFC 4180 quotes (also around line breaks),
/// blank lines skipped, blanks around unquoted cells dropped. Columns other than the required ones may be there, in any
/// order.
///
/// Refused as ErrorKind::file, with file, line and remedy: a file that can't be read, an empty file, a header without
/// rows, a required column that is missing or there twice, a row with too few or too many cells, an open quote, NUL
/// bytes (UTF-16), a line of 16 MiB or more.
///
/// Cost: 1.2 million rows of five columns (80 MB) in 0.5 s, and each numeric column of it in 0.06 s.
Result<CsvTable> read_csv(const std::filesystem::path& path, std::span<const std::string> required = {});

}  // namespace eigenflow::io

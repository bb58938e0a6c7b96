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

CsvRows& CsvRows::cells(std::string_view formatted, std::size_t count) {
    if (cells_ != 0) text_.push_back(',');
    cells_ += count;
    text_.append(formatted);
    return *this;
}

CsvRows& CsvRows::cell(double value) {
    char digits[32];
    return std::isfinite(value) ? cells(format(value, digits), 1) : empty_cell();
}

CsvRows& CsvRows::cell(std::string_view text) { return needs_quotes(text) ? cells(quoted(text), 1) : cells(text, 1); }

CsvRows& CsvRows::integer(std::int64_t value) {
    char digits[32];
    return cells(format(value, digits), 1);
}

CsvRows& CsvRows::natural(std::uint64_t value) {
    char digits[32];
    return cells(format(value, digits), 1);
}

void CsvRows::end_row() {
    if (cells_ != columns_ && !bad_) bad_ = BadRow{rows_, cells_};
    text_.append(columns_ == 1 && text_.size() == row_begin_ ? "\"\"\n" : "\n");
    ++rows_;
    cells_ = 0;
    row_begin_ = text_.size();
}

void CsvRows::clear() {
    text_.clear();
    cells_ = rows_ = row_begin_ = 0;
    bad_.reset();
}

void CsvWriter::end_row() {
    constexpr std::size_t enough = std::size_t{1} << 16U;  // a bad row is noticed at once, a full disk soon
    rows_.end_row();
    if (rows_.text().size() < enough && !rows_.bad_) return;
    write(rows_);
    rows_.clear();
}

void CsvWriter::append(const CsvRows& rows) {
    if (rows_.rows() > 0) write(rows_);
    rows_.clear();
    write(rows);
}

void CsvWriter::write(const CsvRows& rows) {
    if (rows.bad_ && !error_) {
        error_ = Error{ErrorKind::internal,
                       fmt::format("row {} of {} was given {} cells for {} columns; this is a bug, "
                                   "please report it",
                                   written_ + rows.bad_->row, file_.path().string(), rows.bad_->cells, rows_.columns_)};
    }
    if (!error_) {
        if (auto appended = file_.append(rows.text()); !appended) error_ = appended.error();
    }
    written_ += rows.rows();
}

Result<void> CsvWriter::end_rows() {
    if (rows_.cells_ != 0) rows_.end_row();  // too few cells: an error; enough: the caller forgot only the line end
    write(rows_);
    rows_.clear();
    return error_ ? Result<void>(*error_) : Result<void>();
}

Result<void> CsvWriter::commit() {
    if (auto ended = end_rows(); !ended) return ended;
    return file_.commit();
}

Result<void> CsvWriter::commit_with(FileGroup& group) {
    if (auto ended = end_rows(); !ended) return ended;
    return group.add(std::move(file_));
}

}  // namespace eigenflow::io

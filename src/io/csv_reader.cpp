#include "eigenflow/io/csv_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <new>
#include <system_error>

#include "csv_lines.hpp"
#include "eigenflow/core/nearest_name.hpp"

namespace eigenflow::io {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

// A cell as a message can hold it: short, on one line, whole UTF-8 letters.
std::string shown(std::string_view cell, std::size_t longest = 40) {
    std::string result(cell.substr(0, longest));
    if (cell.size() > longest) {
        while (!result.empty() && (static_cast<unsigned char>(cell[result.size()]) & 0xC0U) == 0x80U) result.pop_back();
        result += "…";
    }
    std::replace_if(
        result.begin(), result.end(), [](char c) { return c >= 0 && c < ' '; }, '?');
    return '"' + result + '"';
}

Error refusal(std::string message) { return {ErrorKind::file, std::move(message)}; }

// The number in a cell, or what is wrong with it. `gap` is set for an empty cell and for nan.
const char* parse_number(std::string_view cell, double& value, bool& gap) {
    cell = trimmed(cell);
    gap = cell.empty();
    if (gap) return "the cell is empty";
    if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') cell.remove_prefix(1);
    const char* end = cell.data() + cell.size();
    const auto [stopped, problem] = std::from_chars(cell.data(), end, value);
    if (problem == std::errc::invalid_argument || stopped != end) return "is not a number";
    if (problem == std::errc::result_out_of_range) return "is outside the range of a double";
    gap = std::isnan(value);
    return std::isfinite(value) ? nullptr : "is not a finite number";
}

}  // namespace

/// Fills a CsvTable. fccp's CSVReader fixes the number of columns at compile time, and ours is the file's: its
/// LineReader finds the lines, and the cells are split here.
class CsvParser {
public:
    static CsvTable parse(const std::filesystem::path& path) {
        CsvTable table;
        table.path_ = path.string();
        CsvRecords records(path);
        CsvParser parser(table, records);
        std::error_code not_a_file;
        const std::uintmax_t bytes = std::filesystem::file_size(path, not_a_file);
        parser.bytes_ = not_a_file ? 0 : bytes;
        parser.read_header();
        parser.read_rows();
        return table;
    }

private:
    CsvParser(CsvTable& table, CsvRecords& records) : table_(table), records_(records) {}

    [[noreturn]] void refuse(std::string_view problem) const {
        throw UnreadableCsv{refusal(fmt::format("{}, line {}: {}", table_.path_, records_.line(), problem))};
    }

    void read_header() {
        const char* header = records_.next();
        if (!header) {
            throw UnreadableCsv{refusal(fmt::format(
                "{} is empty; it needs a header line with the column names, and rows below it", table_.path_))};
        }
        split(header);
        std::size_t begin = 0;
        for (const std::size_t end : table_.ends_) {
            table_.columns_.emplace_back(table_.characters_.data() + begin, end - begin);
            begin = end;
        }
        table_.characters_.clear();
        table_.ends_.clear();
    }

    void read_rows() {
        const std::size_t columns = table_.columns_.size();
        while (const char* record = records_.next()) {
            const std::size_t before = table_.ends_.size();
            split(record);
            const std::size_t cells = table_.ends_.size() - before;
            if (cells != columns) {
                refuse(
                    fmt::format("the row has {} cells, but the header names {} columns; give every row one cell per "
                                "column, and quote cells that hold a comma",
                                cells, columns));
            }
            table_.lines_.push_back(records_.line());
            if (table_.lines_.size() == 4096) make_room();
        }
        if (table_.lines_.empty()) {
            throw UnreadableCsv{refusal(fmt::format("{} has a header but no rows; add at least one", table_.path_))};
        }
    }

    // As much as the file will take if it goes on like this: growing by doubling takes a third of the time.
    void make_room() {
        const double read = static_cast<double>(table_.characters_.size() + table_.ends_.size());
        const double ahead = 1.05 * static_cast<double>(bytes_) / read;
        if (!(ahead < 1e6)) return;  // more than there is room for; rows will tell
        const auto grown = [&](std::size_t size) {
            return static_cast<std::size_t>(ahead * static_cast<double>(size));
        };
        table_.characters_.reserve(grown(table_.characters_.size()));
        table_.ends_.reserve(grown(table_.ends_.size()));
        table_.lines_.reserve(grown(table_.lines_.size()));
    }

    void split(const char* at) {
        for (;; ++at) {
            while (is_blank(*at)) ++at;
            at = *at == '"' ? append_quoted(at + 1) : append_bare(at);
            table_.ends_.push_back(table_.characters_.size());
            if (*at == '\0') return;
        }
    }

    const char* append_bare(const char* begin) {
        const char* end = begin;
        while (*end != ',' && *end != '\0') ++end;
        const char* last = end;
        while (last != begin && is_blank(last[-1])) --last;
        table_.characters_.insert(table_.characters_.end(), begin, last);
        return end;
    }

    const char* append_quoted(const char* at) {
        for (;; ++at) {
            if (*at == '\0') refuse("a quoted cell is not closed; close it, or double quotes that belong to the text");
            if (*at == '"' && *++at != '"') break;
            table_.characters_.push_back(*at);
        }
        while (is_blank(*at)) ++at;
        if (*at != ',' && *at != '\0') {
            refuse("text follows the closing quote of a cell; double the quotes that belong to the text");
        }
        return at;
    }

    CsvTable& table_;
    CsvRecords& records_;
    std::uintmax_t bytes_ = 0;  // of the file; 0 where it has no size
};

Result<CsvTable> read_csv(const std::filesystem::path& path, std::span<const std::string> required) try {
    CsvTable table = CsvParser::parse(path);
    for (const std::string& name : required) {
        if (auto column = table.column(name); !column) return column.error();
    }
    return table;
} catch (const UnreadableCsv& unreadable) {
    return unreadable.error;
} catch (const std::bad_alloc&) {
    return refusal(path.string() + " does not fit in memory (50 MB and several times its size): drop columns or rows");
}

bool CsvTable::has_column(std::string_view name) const {
    return std::find(columns_.begin(), columns_.end(), name) != columns_.end();
}

Result<std::size_t> CsvTable::column(std::string_view name) const {
    const auto found = std::find(columns_.begin(), columns_.end(), name);
    if (found == columns_.end()) {
        const std::vector<std::string> near = nearest(name, columns_);
        const char* separator = columns_.size() == 1 && columns_[0].find_first_of(";\t") != std::string::npos
                                    ? "separate the cells by commas"
                                    : "rename a column or add it";
        return refusal(fmt::format("{} has no column \"{}\"{}; it has {}; {}", path_, name,
                                   near.empty() ? "" : fmt::format(" (nearest: {})", shown(near.front())),
                                   shown(fmt::format("{}", fmt::join(columns_, ", ")), 200), separator));
    }
    if (std::find(found + 1, columns_.end(), name) != columns_.end()) {
        return refusal(fmt::format("{} has two columns \"{}\"; rename or remove one", path_, name));
    }
    return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view CsvTable::text(std::size_t row, std::size_t column) const {
    const std::size_t cell = row * columns_.size() + column;
    const std::size_t begin = cell == 0 ? 0 : ends_[cell - 1];
    return {characters_.data() + begin, ends_[cell] - begin};
}

std::string CsvTable::place(std::size_t row, std::size_t column) const {
    return fmt::format("{}, line {}, column \"{}\"", path_, lines_[row], columns_[column]);
}

Result<std::vector<std::string_view>> CsvTable::texts(std::string_view name) const {
    const auto index = column(name);
    if (!index) return index.error();
    std::vector<std::string_view> cells(rows());
    for (std::size_t row = 0; row < rows(); ++row) cells[row] = text(row, *index);
    return cells;
}

Result<std::vector<double>> CsvTable::numbers(std::string_view name, Gaps gaps, const char* (*judge)(double)) const {
    const auto index = column(name);
    if (!index) return index.error();
    std::vector<double> values(rows());
    for (std::size_t row = 0; row < rows(); ++row) {
        bool gap = false;
        const char* problem = parse_number(text(row, *index), values[row], gap);
        if (!problem) {
            const char* misfit = judge ? judge(values[row]) : nullptr;
            if (misfit) return refusal(fmt::format("{}: {} {}", place(row, *index), text(row, *index), misfit));
            continue;
        }
        if (!gap || gaps == Gaps::refused) {
            const std::string cell = gap && trimmed(text(row, *index)).empty() ? "" : shown(text(row, *index)) + " ";
            return refusal(fmt::format("{}: {}{}; write a finite decimal number such as 0.125 or 1.25e-1",
                                       place(row, *index), cell, problem));
        }
        values[row] = std::numeric_limits<double>::quiet_NaN();
    }
    return values;
}

}  // namespace eigenflow::io

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string_view>

#include "eigenflow/io/atomic_file.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/scenario/run_files.hpp"
#include "manifest.hpp"
#include "sweep_directory.hpp"

namespace eigenflow::scenario {

namespace fs = std::filesystem;

namespace {

std::string header_of(std::string_view table) {
    std::string header;
    for (const CsvColumn& column : run_csv_file(table).columns) {
        header += header.empty() ? "" : ",";
        header += io::csv_cell(column.name);
    }
    return header;
}

// Cells with a comma behind each.
std::string leading(const std::vector<std::string>& cells) {
    std::string text;
    for (const std::string& cell : cells) text.append(io::csv_cell(cell)).append(",");
    return text;
}

std::vector<std::string> names(const Sweep& sweep) {
    std::vector<std::string> all;
    for (const SweptKey& key : sweep.keys) all.push_back(key.name);
    return all;
}

// Copies the records below the header byte for byte, `lead` in front of each.
Result<void> append_records(io::AtomicFile& out, const fs::path& table, const std::string& header,
                            const std::string& lead) {
    std::ifstream records(table, std::ios::binary);
    std::string line;
    if (!std::getline(records, line) || line != header) {
        return Error{ErrorKind::file, fmt::format("{} can't be read, or its columns are not those of this version; "
                                                  "remove its directory and go on with --resume",
                                                  table.string())};
    }
    bool in_quotes = false;  // a quoted cell may hold line breaks
    while (std::getline(records, line)) {
        if (!in_quotes) {
            if (auto done = out.append(lead); !done) return done;
        }
        in_quotes ^= std::count(line.begin(), line.end(), '"') % 2 == 1;
        if (auto done = out.append(line += '\n'); !done) return done;
    }
    return {};
}

Result<void> collect_table(const fs::path& directory, const Sweep& sweep, std::string_view table,
                           const std::vector<bool>& has_run) {
    auto out = io::AtomicFile::open(directory / table);
    if (!out) return out.error();
    const std::string header = header_of(table);
    if (auto done = out->append(leading(names(sweep)) + header + "\n"); !done) return done;
    for (std::size_t p = 0; p < sweep.points.size(); ++p) {
        if (!has_run[p]) continue;
        const SweepPoint& point = sweep.points[p];
        if (auto done = append_records(*out, directory / point.folder / table, header, leading(point.cells)); !done) {
            return done;
        }
    }
    return out->commit();
}

std::string one_line(std::string text) {
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) text.replace(at, 1, "; ");
    return text;
}

}  // namespace

Result<void> collect_tables(const fs::path& directory, const Sweep& sweep,
                            const std::vector<std::optional<Error>>& reasons, SweepOutcome& outcome) {
    std::vector<std::string> columns = names(sweep);
    columns.insert(columns.begin(), "point");
    columns.insert(columns.end(), {"status", "reason", "directory"});
    auto points = io::CsvWriter::open(directory / "points.csv", columns);
    if (!points) return points.error();
    std::vector<bool> has_run;
    for (std::size_t p = 0; p < sweep.points.size(); ++p) {
        const SweepPoint& point = sweep.points[p];
        has_run.push_back(!reasons[p]);
        std::string reason;
        if (reasons[p]) {
            reason = one_line(reasons[p]->message);
        } else if (const auto manifest = read_manifest(directory / point.folder / "manifest.json")) {
            reason = manifest->failures;
        }
        if (!reason.empty()) outcome.failures.push_back({p, reason});
        points->cell(p + 1);
        for (const std::string& cell : point.cells) points->cell(cell);
        points->cell(reason.empty() ? "done" : has_run[p] ? "partial" : "failed").cell(reason);
        points->cell(has_run[p] ? point.folder : "").end_row();
    }
    for (const char* table : collected_tables) {
        if (auto done = collect_table(directory, sweep, table, has_run); !done) return done;
    }
    return points->commit();
}

}  // namespace eigenflow::scenario

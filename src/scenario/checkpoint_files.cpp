#include "eigenflow/scenario/checkpoint_files.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <iterator>
#include <map>
#include <system_error>
#include <utility>

#include "eigenflow/io/csv_reader.hpp"

namespace eigenflow::scenario {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t largest_step = std::uint64_t{1} << 53U;  // exact as a double

Result<std::vector<fs::path>> files_of(const std::string& pattern) {
    std::error_code ignored;
    if (fs::exists(pattern, ignored)) return std::vector<fs::path>{pattern};  // s[1].npy, which as a pattern is s1.npy
    glob_t found{};
    const int code = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
    std::vector<fs::path> files;
    for (std::size_t i = 0; code == 0 && i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
    ::globfree(&found);
    if (files.empty()) {
        if (pattern.starts_with("emergence.") || pattern.starts_with("fit.")) {
            return Error{ErrorKind::usage, "--samples takes " + pattern +
                                               " for a file: put settings before --samples, or after another option"};
        }
        return Error{ErrorKind::file, "--samples " + pattern + ": no file has that name; quote a pattern like " +
                                          "'samples_*.npy' and check its folder"};
    }
    return files;
}

struct StepRow {
    fs::path file;
    std::uint64_t step = 0;
    std::string place;  // in steps.csv
    bool used = false;
};

fs::path normal(const fs::path& file) {
    std::error_code ignored;
    return fs::absolute(file, ignored).lexically_normal();
}

/// The steps of steps.csv. A row's file may be a name, or as much of a path as tells the files apart.
class StepTable {
public:
    static Result<StepTable> read(const fs::path& csv) {
        const std::vector<std::string> required = {"file", "step"};
        const auto table = io::read_csv(csv, required);
        if (!table) return table.error();
        const auto names = table->texts("file");
        if (!names) return names.error();
        const auto numbers = table->numbers("step");
        if (!numbers) return numbers.error();
        StepTable steps;
        for (std::size_t row = 0; row < table->rows(); ++row) {
            const double step = (*numbers)[row];
            if (!(step >= 0.0) || step > static_cast<double>(largest_step) || step != std::floor(step)) {
                const std::size_t column = *table->column("step");
                return Error{ErrorKind::file, table->place(row, column) + ": " + std::string(table->text(row, column)) +
                                                  " is not a step: give a whole number, 0 <= step <= 2^53"};
            }
            const fs::path file = fs::path((*names)[row]).lexically_normal();
            const std::string place = table->place(row, *table->column("file"));
            if (!steps.by_end_.emplace(file, row).second) {
                return Error{ErrorKind::file, place + ": " + file.string() + " comes twice; leave one row out"};
            }
            steps.rows_.push_back({file, static_cast<std::uint64_t>(step), place});
            const auto [same, added] = steps.by_place_.emplace(normal(file), row);
            if (!added && parts(file) > parts(steps.rows_[same->second].file)) same->second = row;
        }
        return steps;
    }

    /// The row that says most about where the file is; nullptr if none is about it.
    const StepRow* find(const fs::path& file) {
        const fs::path whole = normal(file);
        StepRow* best = row_in(by_place_, whole);
        const std::vector<fs::path> names(whole.begin(), whole.end());
        fs::path end;
        for (auto name = names.rbegin(); name != names.rend(); ++name) {
            end = end.empty() ? *name : *name / end;
            StepRow* row = row_in(by_end_, end);
            if (row && (!best || parts(row->file) >= parts(best->file))) best = row;
        }
        if (best != nullptr) best->used = true;
        return best;
    }

    std::vector<std::string> unused() const {
        std::vector<std::string> places;
        for (const StepRow& row : rows_) {
            if (!row.used) places.push_back(row.place + ": " + row.file.string());
        }
        return places;
    }

private:
    using Numbers = std::map<fs::path, std::size_t>;  // of rows

    static std::ptrdiff_t parts(const fs::path& path) { return std::distance(path.begin(), path.end()); }
    StepRow* row_in(const Numbers& numbers, const fs::path& file) {
        const auto found = numbers.find(file);
        return found == numbers.end() ? nullptr : &rows_[found->second];
    }

    std::vector<StepRow> rows_;
    Numbers by_end_;    // by the file as the row has it
    Numbers by_place_;  // by where that is from here
};

/// The last run of digits; empty where there is none.
std::string last_digits(const std::string& name) {
    const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    const auto last = std::find_if(name.rbegin(), name.rend(), digit);
    const auto first = std::find_if_not(last, name.rend(), digit);
    return {first.base(), last.base()};
}

std::optional<std::uint64_t> step_of_digits(const std::string& digits) {
    std::uint64_t step = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), step);
    if (problem != std::errc() || step > largest_step) return {};
    return step;
}

struct FoundCheckpoint {
    Checkpoint checkpoint;
    std::string place;  // what says its step
};

Result<FoundCheckpoint> from_table(const fs::path& file, const fs::path& csv, StepTable& steps) {
    if (const StepRow* row = steps.find(file)) return FoundCheckpoint{{file, row->step, 0.0}, row->place};
    return Error{ErrorKind::file, csv.string() + " has no step for " + file.filename().string() +
                                      "; add a row, or a pattern that leaves the file out"};
}

/// @param in_folders  no file's own name has a number: ckpt_100/samples.npy
Result<FoundCheckpoint> from_name(const fs::path& file, bool in_folders) {
    const std::string digits = last_digits(in_folders ? file.parent_path().filename().string() : file.stem().string());
    if (digits.empty()) {
        return Error{ErrorKind::file, file.string() +
                                          ": no step in the name, the last integer of which is taken; "
                                          "rename it, or give --steps steps.csv with the columns file,step"};
    }
    if (const auto step = step_of_digits(digits)) return FoundCheckpoint{{file, *step, 0.0}, file.string()};
    return Error{ErrorKind::file, file.string() + ": step " + digits +
                                      " is above 2^53; give --steps steps.csv with the "
                                      "columns file,step"};
}

Result<void> set_times(std::vector<FoundCheckpoint>& found, double learning_rate) {
    for (FoundCheckpoint& f : found) {
        f.checkpoint.tau = static_cast<double>(f.checkpoint.step) * learning_rate;
        if (f.checkpoint.step == 0 || std::isnormal(f.checkpoint.tau)) continue;
        return Error{ErrorKind::usage, fmt::format("--learning-rate {}: tau = step x learning rate of step {} is {}, "
                                                   "beyond what a double holds; leave it out to count steps",
                                                   learning_rate, f.checkpoint.step, f.checkpoint.tau)};
    }
    return {};
}

Result<std::vector<fs::path>> every_file_of(const std::vector<std::string>& patterns) {
    std::map<fs::path, fs::path> files;  // ./s_0.npy and s_0.npy are one
    for (const std::string& pattern : patterns) {
        const auto found = files_of(pattern);
        if (!found) return found.error();
        for (const fs::path& file : *found) files.emplace(normal(file), file);
    }
    std::vector<fs::path> sorted;
    for (const auto& [place, file] : files) sorted.push_back(file);
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

Result<void> refuse_training_data(const std::vector<fs::path>& files, const std::optional<fs::path>& data) {
    for (const fs::path& file : files) {
        std::error_code ignored;
        if (!data || !fs::equivalent(file, *data, ignored)) continue;
        return Error{ErrorKind::file, file.string() +
                                          ": --samples takes the training data for a checkpoint; give patterns that "
                                          "leave them out"};
    }
    return {};
}

std::vector<std::string> note_on_unused(const std::vector<std::string>& places) {
    if (places.empty()) return {};
    const std::string more = places.size() > 1 ? fmt::format(" (and {} rows more)", places.size() - 1) : "";
    return {places.front() + " is none of the files of --samples, and the row is not used" + more};
}

}  // namespace

std::optional<std::uint64_t> step_in_name(const fs::path& file) {
    return step_of_digits(last_digits(file.stem().string()));
}

Result<CheckpointFiles> find_checkpoints(const CheckpointRequest& request) {
    if (!(request.learning_rate > 0.0) || !std::isfinite(request.learning_rate)) {
        return Error{ErrorKind::usage, fmt::format("--learning-rate {}: tau = step x learning rate needs a number > 0; "
                                                   "leave it out to count steps",
                                                   request.learning_rate)};
    }
    StepTable steps;
    if (request.steps) {
        auto read = StepTable::read(*request.steps);
        if (!read) return read.error();
        steps = std::move(*read);
    }
    const auto files = every_file_of(request.patterns);
    if (!files) return files.error();
    if (auto ok = refuse_training_data(*files, request.training_data); !ok) return ok.error();
    const bool in_folders = std::all_of(files->begin(), files->end(),
                                        [](const fs::path& f) { return last_digits(f.stem().string()).empty(); });
    std::vector<FoundCheckpoint> found;
    for (const fs::path& file : *files) {
        auto one = request.steps ? from_table(file, *request.steps, steps) : from_name(file, in_folders);
        if (!one) return one.error();
        found.push_back(std::move(*one));
    }
    if (auto times = set_times(found, request.learning_rate); !times) return times.error();
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.checkpoint.step < b.checkpoint.step; });
    for (std::size_t i = 1; i < found.size(); ++i) {
        if (found[i - 1].checkpoint.step != found[i].checkpoint.step) continue;
        const char* remedy = request.steps ? "correct one of the rows"
                                           : "give one file a step, or --steps steps.csv with the columns file,step";
        return Error{ErrorKind::file, fmt::format("{} and {} are both of step {}; {}", found[i - 1].place,
                                                  found[i].place, found[i].checkpoint.step, remedy)};
    }
    if (found.size() < 2) {
        return Error{ErrorKind::file, found.front().checkpoint.file.string() +
                                          " is the only checkpoint: emergence is a change, and needs two or more"};
    }
    CheckpointFiles result{{}, note_on_unused(steps.unused())};
    for (FoundCheckpoint& f : found) result.checkpoints.push_back(std::move(f.checkpoint));
    return result;
}

}  // namespace eigenflow::scenario

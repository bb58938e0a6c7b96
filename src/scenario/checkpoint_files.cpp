#include "eigenflow/scenario/checkpoint_files.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>

#include "eigenflow/io/csv_reader.hpp"

namespace eigenflow::scenario {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t largest_step = std::uint64_t{1} << 53U;  // exact as a double

Result<std::vector<fs::path>> files_of(const std::string& pattern) {
    glob_t found{};
    const int code = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
    std::vector<fs::path> files;
    for (std::size_t i = 0; code == 0 && i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
    ::globfree(&found);
    if (files.empty()) {
        return Error{ErrorKind::file, "--samples " + pattern + ": no file has that name; quote a pattern like " +
                                          "'samples_*.npy' and check its folder"};
    }
    return files;
}

using Steps = std::map<std::string, std::uint64_t>;

Result<Steps> read_steps(const fs::path& csv) {
    const std::vector<std::string> required = {"file", "step"};
    const auto table = io::read_csv(csv, required);
    if (!table) return table.error();
    const auto names = table->texts("file");
    if (!names) return names.error();
    const auto numbers = table->numbers("step");
    if (!numbers) return numbers.error();
    Steps steps;
    for (std::size_t row = 0; row < table->rows(); ++row) {
        const double step = (*numbers)[row];
        if (!(step >= 0.0) || step > static_cast<double>(largest_step) || step != std::floor(step)) {
            const std::size_t column = *table->column("step");
            return Error{ErrorKind::file, table->place(row, column) + ": " + std::string(table->text(row, column)) +
                                              " is not a step: give a whole number, 0 <= step <= 2^53"};
        }
        const std::string name = fs::path((*names)[row]).filename().string();
        if (!steps.emplace(name, static_cast<std::uint64_t>(step)).second) {
            return Error{ErrorKind::file,
                         table->place(row, *table->column("file")) + ": " + name + " comes twice; leave one row out"};
        }
    }
    return steps;
}

Result<std::uint64_t> step_of(const fs::path& file, const CheckpointRequest& request, const Steps& steps) {
    if (request.steps) {
        const auto found = steps.find(file.filename().string());
        if (found != steps.end()) return found->second;
        return Error{ErrorKind::file, request.steps->string() + " has no step for " + file.filename().string() +
                                          "; add a row, or a pattern that leaves the file out"};
    }
    if (const auto step = step_in_name(file)) return *step;
    return Error{ErrorKind::file, file.string() +
                                      ": no step in the name, the last integer of which is taken; rename "
                                      "it, or give --steps steps.csv with the columns file,step"};
}

}  // namespace

std::optional<std::uint64_t> step_in_name(const fs::path& file) {
    const std::string name = file.stem().string();
    const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    const auto last = std::find_if(name.rbegin(), name.rend(), digit);
    const auto first = std::find_if_not(last, name.rend(), digit);
    std::uint64_t step = 0;
    const std::string text(first.base(), last.base());
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (problem != std::errc() || step > largest_step) return {};
    return step;
}

Result<std::vector<Checkpoint>> find_checkpoints(const CheckpointRequest& request) {
    if (!(request.learning_rate > 0.0) || !std::isfinite(request.learning_rate)) {
        return Error{ErrorKind::usage, fmt::format("--learning-rate {}: tau = step x learning rate needs a number > 0; "
                                                   "leave it out to count steps",
                                                   request.learning_rate)};
    }
    Steps steps;
    if (request.steps) {
        auto read = read_steps(*request.steps);
        if (!read) return read.error();
        steps = std::move(*read);
    }
    std::vector<fs::path> files;
    for (const std::string& pattern : request.patterns) {
        const auto found = files_of(pattern);
        if (!found) return found.error();
        files.insert(files.end(), found->begin(), found->end());
    }
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    std::vector<Checkpoint> checkpoints;
    for (const fs::path& file : files) {
        const auto step = step_of(file, request, steps);
        if (!step) return step.error();
        checkpoints.push_back({file, *step, static_cast<double>(*step) * request.learning_rate});
    }
    std::stable_sort(checkpoints.begin(), checkpoints.end(),
                     [](const Checkpoint& a, const Checkpoint& b) { return a.step < b.step; });
    for (std::size_t i = 1; i < checkpoints.size(); ++i) {
        if (checkpoints[i - 1].step != checkpoints[i].step) continue;
        return Error{ErrorKind::file,
                     fmt::format("{} and {} are both of step {}; give one file a step, or --steps "
                                 "steps.csv with the columns file,step",
                                 checkpoints[i - 1].file.string(), checkpoints[i].file.string(), checkpoints[i].step)};
    }
    if (checkpoints.size() < 2) {
        return Error{ErrorKind::file, checkpoints.front().file.string() +
                                          " is the only checkpoint: emergence is a change, and needs two or more"};
    }
    return checkpoints;
}

}  // namespace eigenflow::scenario

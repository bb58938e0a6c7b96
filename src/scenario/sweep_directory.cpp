#include "sweep_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string_view>
#include <system_error>

#include "eigenflow/io/atomic_file.hpp"
#include "eigenflow/io/run_directory.hpp"
#include "eigenflow/io/temporary_files.hpp"
#include "eigenflow/scenario/emit.hpp"
#include "manifest.hpp"
#include "result_directory.hpp"

namespace eigenflow::scenario {

namespace fs = std::filesystem;

namespace {

std::string grid_toml(const Sweep& sweep) {
    std::string text =
        "# The points of this sweep are every combination of these values, the first key outermost. Written by\n"
        "# `eigenflow sweep`; the whole scenario of a point is in its directory.\n\n";
    for (const SweptKey& key : sweep.keys) text += fmt::format("{} = [{}]\n", key.name, fmt::join(key.values, ", "));
    return text;
}

// The first key at which the scenarios differ, with both values.
std::string first_difference(const std::string& there, const std::string& here) {
    std::istringstream theirs(there);
    std::istringstream ours(here);
    std::string section;
    std::string a;
    std::string b;
    while (std::getline(theirs, a) && std::getline(ours, b) && a == b) {
        if (b.starts_with('[')) section = b.substr(1, b.find(']') - 1) + ".";
    }
    const std::string key = b.substr(0, b.find(' '));
    if (key.empty() || !a.starts_with(key + " = ")) return "its keys are others";
    return fmt::format("there {}{}, here {}", section, a, b.substr(std::min(key.size() + 3, b.size())));
}

// Without its manifest a run is to be computed again, and without points.csv a sweep is not complete.
void forget_results(const fs::path& directory, const Sweep& sweep) {
    std::error_code ignored;
    fs::remove(directory / "points.csv", ignored);
    for (const char* table : collected_tables) fs::remove(directory / table, ignored);
    for (const SweepPoint& point : sweep.points) fs::remove(directory / point.folder / "manifest.json", ignored);
}

}  // namespace

Result<void> prepare_sweep_directory(const fs::path& directory, const Sweep& sweep, EarlierSweep earlier) {
    if (directory.empty()) return io::prepare_output_directory(directory, false);  // which says so
    std::error_code ignored;
    if (fs::exists(directory / "manifest.json", ignored)) {
        return refusal(directory, "holds a run", "choose another with --out DIR");
    }
    const std::string grid = grid_toml(sweep);
    const auto found = bytes_of(directory / "sweep.toml");
    if (found && earlier == EarlierSweep::refused) {
        return refusal(directory, "already holds a sweep",
                       "go on with it with --resume, choose another with --out DIR, or replace it with --force");
    }
    if (found && earlier == EarlierSweep::resumed && *found != grid) {
        return refusal(directory, "holds a sweep of other keys or values (sweep.toml)",
                       "give those to go on with it, or choose another with --out DIR");
    }
    const bool may_hold_results = earlier == EarlierSweep::replaced || found.has_value();
    if (auto ready = io::prepare_output_directory(directory, may_hold_results); !ready) return ready;
    io::remove_abandoned_temporaries(directory);
    if (found && *found == grid && earlier == EarlierSweep::resumed) return {};
    // The results first: a sweep that is killed in between is one that has computed nothing.
    forget_results(directory, sweep);
    return io::write_file_atomically(directory / "sweep.toml", grid);
}

Result<bool> is_finished(const fs::path& directory, const SweepPoint& point) {
    const fs::path folder = directory / point.folder;
    const auto manifest = read_manifest(folder / "manifest.json");
    if (!point.scenario || !manifest || !manifest->this_version) return false;
    const auto there = bytes_of(folder / "scenario.toml");
    if (!there) return false;
    const std::string here = to_toml(*point.scenario, DataFile::absolute);
    if (*there != here) {
        return Error{ErrorKind::file, fmt::format("{} has the run of another scenario ({}); give the settings that the "
                                                  "sweep was begun with, or start over with --force",
                                                  folder.string(), first_difference(*there, here))};
    }
    const bool whole = std::all_of(manifest->bytes.begin(), manifest->bytes.end(),
                                   [&](const auto& listed) { return has_size(folder / listed.first, listed.second); });
    std::error_code ignored;
    return whole && std::all_of(std::begin(collected_tables), std::end(collected_tables),
                                [&](const char* table) { return fs::is_regular_file(folder / table, ignored); });
}

std::size_t count_finished(const fs::path& directory, const Sweep& sweep) {
    std::error_code ignored;
    return static_cast<std::size_t>(std::count_if(
        sweep.points.begin(), sweep.points.end(),
        [&](const SweepPoint& point) { return fs::exists(directory / point.folder / "manifest.json", ignored); }));
}

}  // namespace eigenflow::scenario

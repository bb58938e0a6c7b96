#include "eigenflow/scenario/refit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <system_error>

#include "analysis_settings.hpp"
#include "eigenflow/io/atomic_file.hpp"
#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/recorded_run.hpp"
#include "eigenflow/scenario/run_files.hpp"
#include "manifest.hpp"

namespace eigenflow::scenario {
namespace fs = std::filesystem;
namespace {

Result<Scenario> settings_of(const fs::path& directory, const std::vector<std::string>& overrides) {
    std::error_code ignored;
    const fs::path file = directory / "scenario.toml";
    if (fs::exists(file, ignored)) return load_scenario(file.string(), overrides);
    return default_analysis(overrides);
}

// λ̃ √(2/(n−1)), the standard deviation of a Gaussian sample's variance.
std::vector<double> sampling_errors(const std::vector<double>& variance, int samples) {
    std::vector<double> errors;
    errors.reserve(variance.size());
    for (const double v : variance) errors.push_back(v * std::sqrt(2.0 / (samples - 1)));
    return errors;
}

std::size_t modes_that_begin_late(const Trajectories& trajectories) {
    const std::span<const double> first = trajectories.row(0);
    return static_cast<std::size_t>(std::count_if(first.begin(), first.end(), [](double v) { return std::isnan(v); }));
}

}  // namespace

Result<Refit> refit(const RefitRequest& request, Threads threads) {
    const auto allowed = refuse_other_sections(request.overrides, "a fit reads CSV and simulates nothing");
    if (!allowed) return allowed.error();
    std::error_code ignored;
    const bool is_directory = fs::is_directory(request.source, ignored);
    const fs::path file = is_directory ? request.source / "variance.csv" : request.source;
    // A run's own variance.csv is the run.
    const bool of_a_run = is_directory || file.filename() == "variance.csv";
    if (of_a_run) {
        constexpr std::array read = {"variance.csv", "emergence.csv"};
        if (auto whole = check_sizes(file.parent_path(), read); !whole) return whole.error();
    }
    auto settings = settings_of(of_a_run ? file.parent_path() : fs::path(), request.overrides);
    if (!settings) return settings.error();
    auto recorded = read_trajectories(file);
    if (!recorded) return recorded.error();
    Trajectories& trajectories = recorded->trajectories;
    const fs::path emergence_csv = file.parent_path() / "emergence.csv";
    if (of_a_run && fs::exists(emergence_csv, ignored)) {
        if (auto read = read_limits_and_partners(emergence_csv, *recorded); !read) return read.error();
    }
    const bool replaces_errors = request.samples && !trajectories.standard_error.empty();
    if (request.samples) trajectories.standard_error = sampling_errors(trajectories.variance, *request.samples);

    Refit result{.file = file,
                 .settings = std::move(*settings),
                 .times = trajectories.times(),
                 .modes = trajectories.modes(),
                 .emergence = {},
                 .power_laws = {},
                 .notes = {}};
    if (trajectories.tau.front() > 0.0) {
        result.notes.push_back(file.string() +
                               " has no tau = 0: the first tau stands for it, and modes that had begun to move by then "
                               "seem to emerge late");
    }
    if (replaces_errors) {
        result.notes.push_back("--samples replaces the column standard_error of " + file.string());
    }
    if (const std::size_t late = modes_that_begin_late(trajectories); late > 0) {
        result.notes.push_back("modes without a variance at the first tau, for which their first one stands: " +
                               std::to_string(late));
    }
    if (result.settings.emergence.target == "limit" && trajectories.limit.empty()) {
        result.notes.push_back("emergence.target = \"limit\" needs the limits of an emergence.csv beside " +
                               file.string() + ": without them no mode emerges; use emergence.target=data");
    }
    result.emergence = analysis::find_emergence(trajectories, emergence_options(result.settings.emergence), threads);
    for (analysis::Emergence& row : result.emergence) {
        row.mode = recorded->mode_numbers[row.mode] - 1;
        if (row.partner) row.partner = recorded->mode_numbers[*row.partner] - 1;
    }
    result.power_laws = analysis::fit_power_laws(result.emergence, fit_options(result.settings.fit), threads);
    return result;
}

Result<void> write_refit(const fs::path& directory, const Refit& refit) {
    io::FileGroup files;
    if (auto done = write_emergence(directory, refit.emergence, files); !done) return done;
    if (auto done = write_power_laws(directory, refit.power_laws, files); !done) return done;
    if (auto done = files.add(directory / "manifest.json", refit_manifest_text(refit, files.sizes())); !done)
        return done;
    return files.commit();
}

}  // namespace eigenflow::scenario

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "eigenflow/analysis/comparison.hpp"
#include "eigenflow/scenario/measure.hpp"
#include "eigenflow/scenario/refit.hpp"
#include "eigenflow/scenario/run.hpp"

namespace eigenflow::scenario {

/// manifest.json: what made a run, how long it took, what the solvers did, and what the columns of its files mean.
std::string manifest_text(const Run& run, Threads threads);

/// manifest.json of a refit: the file it read, the settings, and the columns.
std::string refit_manifest_text(const Refit& refit);

/// manifest.json of a comparison: its runs and confidence.
std::string comparison_manifest_text(std::span<const analysis::RunResult> runs, double confidence);

/// Keys of [emergence] and their values, of a run's or a fit's manifest.json; none where there is no such file.
std::vector<std::pair<std::string, std::string>> emergence_settings(const std::filesystem::path& directory);
/// The same of what is in such a file; none where it is no manifest.
std::vector<std::pair<std::string, std::string>> emergence_settings_in(std::string_view manifest);

/// manifest.json of a measurement: its files, the settings, and the columns.
std::string measurement_manifest_text(const Measurement& measurement);

/// What a manifest says of the run that it completes.
struct ManifestSummary {
    bool this_version;     ///< made by the same version and git revision as this program
    std::string failures;  ///< "2 modes could not be computed, the first is mode 7 (reason)"; empty: there are none
};

/// Empty where there is no manifest, or one that manifest_text() can't have written.
std::optional<ManifestSummary> read_manifest(const std::filesystem::path& file);
/// The same of what is in such a file.
std::optional<ManifestSummary> manifest_summary(std::string_view manifest);

}  // namespace eigenflow::scenario

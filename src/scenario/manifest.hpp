#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "eigenflow/analysis/comparison.hpp"
#include "eigenflow/io/file_group.hpp"
#include "eigenflow/scenario/measure.hpp"
#include "eigenflow/scenario/refit.hpp"
#include "eigenflow/scenario/run.hpp"

namespace eigenflow::scenario {

/// manifest.json: what made a run, how long it took, what the solvers did, and what the columns of its files mean.
/// @param written  the sizes of those files
std::string manifest_text(const Run& run, Threads threads, const io::FileSizes& written);

/// manifest.json of a refit: the file it read, the settings, and the columns.
std::string refit_manifest_text(const Refit& refit, const io::FileSizes& written);

/// manifest.json of a comparison: its runs and confidence.
std::string comparison_manifest_text(std::span<const analysis::RunResult> runs, double confidence);

/// Keys of [emergence] and their values, of a run's or a fit's manifest.json; none where there is no such file.
std::vector<std::pair<std::string, std::string>> emergence_settings(const std::filesystem::path& directory);
/// The same of what is in such a file; none where it is no manifest.
std::vector<std::pair<std::string, std::string>> emergence_settings_in(std::string_view manifest);

/// manifest.json of a measurement: its files, the settings, and the columns.
std::string measurement_manifest_text(const Measurement& measurement, const io::FileSizes& written);

/// What a manifest says of the run that it completes.
struct ManifestSummary {
    bool this_version;     ///< made by the same version and git revision as this program
    std::string failures;  ///< "2 modes could not be computed, the first is mode 7 (reason)"; empty: there are none
    io::FileSizes bytes;   ///< of its files
};

/// Empty where there is no manifest, or one that manifest_text() can't have written.
std::optional<ManifestSummary> read_manifest(const std::filesystem::path& file);
/// The same of what is in such a file.
std::optional<ManifestSummary> manifest_summary(std::string_view manifest);

/// Whether the file has that many bytes.
bool has_size(const std::filesystem::path& file, std::uint64_t bytes);

/// ErrorKind::file for the first of these files that has not the size that manifest.json beside it says. Good where
/// there is no manifest, or one that says nothing of the file.
Result<void> check_sizes(const std::filesystem::path& directory, std::span<const char* const> files);

}  // namespace eigenflow::scenario

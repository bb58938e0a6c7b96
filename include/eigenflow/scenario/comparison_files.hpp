#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/analysis/comparison.hpp"
#include "eigenflow/core/result.hpp"
#include "eigenflow/io/file_group.hpp"

namespace eigenflow::scenario {

/// emergence.csv and power_law.csv of a run directory, simulated or measured, or of a fit. Its name is the path.
Result<analysis::RunResult> read_run_result(const std::filesystem::path& directory);

/// exponents.csv, for `files` to commit: one row per compared run, criterion, direction and estimator that both have.
Result<void> write_exponents(const std::filesystem::path& file, std::span<const analysis::RunResult> runs,
                             const analysis::Comparison& comparison, io::FileGroup& files);

/// times.csv, for `files` to commit: one row per compared run, criterion and mode that both have; with `fit_rate`
/// scaled by the effective rate.
Result<void> write_times(const std::filesystem::path& file, std::span<const analysis::RunResult> runs,
                         const analysis::Comparison& comparison, bool fit_rate, io::FileGroup& files);

/// What write_comparison() writes, rates.csv with `fit_rate` only.
inline constexpr std::array<std::string_view, 4> comparison_files = {"exponents.csv", "times.csv", "rates.csv",
                                                                     "manifest.json"};

/// manifest.json comes last. A comparison that was there before stays, its rates.csv too, until all bytes are on disk.
Result<void> write_comparison(const std::filesystem::path& directory, std::span<const analysis::RunResult> runs,
                              const analysis::Comparison& comparison, double confidence, bool fit_rate);

/// What a reader of the tables should know: spectra that differ, laws that have no counterpart.
std::vector<std::string> notes_on(std::span<const analysis::RunResult> runs, const analysis::Comparison& comparison);

}  // namespace eigenflow::scenario

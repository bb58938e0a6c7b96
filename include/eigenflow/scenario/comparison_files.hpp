#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "eigenflow/analysis/comparison.hpp"
#include "eigenflow/core/result.hpp"

namespace eigenflow::scenario {

/// emergence.csv and power_law.csv of a run directory, simulated or measured, or of a fit. Its name is the path.
Result<analysis::RunResult> read_run_result(const std::filesystem::path& directory);

/// exponents.csv: one row per compared run, criterion, direction and estimator that both have.
Result<void> write_exponents(const std::filesystem::path& file, std::span<const analysis::RunResult> runs,
                             const analysis::Comparison& comparison);
/// Writes exponents.csv, times.csv, with `fit_rate` rates.csv, and last manifest.json; removes those of a comparison
/// that was there before.
Result<void> write_comparison(const std::filesystem::path& directory, std::span<const analysis::RunResult> runs,
                              const analysis::Comparison& comparison, double confidence, bool fit_rate);

/// What a reader of the tables should know: spectra that differ, laws that have no counterpart.
std::vector<std::string> notes_on(std::span<const analysis::RunResult> runs, const analysis::Comparison& comparison);

}  // namespace eigenflow::scenario

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
/// times.csv: one row per compared run, criterion and mode that both have.
/// @param scaled  also τ* at the effective learning rate, over that of the reference
Result<void> write_times(const std::filesystem::path& file, std::span<const analysis::RunResult> runs,
                         const analysis::Comparison& comparison, bool scaled);

/// rates.csv: one row per compared run and criterion.
Result<void> write_rates(const std::filesystem::path& file, std::span<const analysis::RunResult> runs,
                         const analysis::Comparison& comparison);

/// What a reader of the tables should know: spectra that differ, laws that have no counterpart.
std::vector<std::string> notes_on(std::span<const analysis::RunResult> runs, const analysis::Comparison& comparison);

}  // namespace eigenflow::scenario

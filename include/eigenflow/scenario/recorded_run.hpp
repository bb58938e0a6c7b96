#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/core/result.hpp"
#include "eigenflow/core/trajectories.hpp"

namespace eigenflow::scenario {

/// Trajectories as a CSV file holds them: sampled, with no way to evaluate them in between.
struct RecordedTrajectories {
    Trajectories trajectories;
    std::vector<std::size_t> mode_numbers;  ///< of the file, rising; the file need not hold every mode
};

/// Reads a variance.csv, eigenflow's own or anybody's: columns tau, mode, target_variance, variance and, where there is
/// one, standard_error, previous_correlation and first_correlation, in any order of columns and rows. A row that is
/// missing, or whose variance is empty, is NaN.
///
/// Error{file} with file and line: tau that is negative, a mode that is no whole number ≥ 1, a negative variance, a
/// mode with two targets, a (tau, mode) that comes twice, fewer than two times.
/// Cost: 1.2 million rows in 1 s.
Result<RecordedTrajectories> read_trajectories(const std::filesystem::path& variance_csv);

/// The times of a CSV file with a column tau, rising, each once, and 0 in front. Error{file}: as read_trajectories, and
/// a file without any τ > 0.
Result<std::vector<double>> read_times(const std::filesystem::path& csv);

/// Adds what else an emergence.csv knows of the modes: limits λ̃(τ→∞), NaN for modes without, and partners, where the
/// trajectories hold both. What no mode has stays empty.
Result<void> read_limits_and_partners(const std::filesystem::path& emergence_csv, RecordedTrajectories& recorded);

/// Rows of an emergence.csv. `mode` is the file's number less one. Columns that the file does not have are NaN.
Result<std::vector<analysis::Emergence>> read_emergence(const std::filesystem::path& emergence_csv);

/// Rows of a power_law.csv. Columns beyond exponent, exponent_se and the interval are not needed, and NaN or 0 without.
Result<std::vector<analysis::PowerLaw>> read_power_laws(const std::filesystem::path& power_law_csv);

}  // namespace eigenflow::scenario

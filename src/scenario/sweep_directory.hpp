#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "eigenflow/scenario/sweep.hpp"

namespace eigenflow::scenario {

/// The tables of the points that a sweep collects.
inline constexpr const char* collected_tables[] = {"emergence.csv", "power_law.csv"};

/// ErrorKind::file where the directory's sweep.toml is gone: points would make another directory, which is no sweep.
Result<void> sweep_is_there(const std::filesystem::path& directory);

/// Whether a point need not be computed. Its own error is no reason to compute it: such a point is not finished.
/// ErrorKind::file: its directory has the run of another scenario.
Result<bool> is_finished(const std::filesystem::path& directory, const SweepPoint& point);

/// Writes the tables of all finished points, and points.csv: points in order, `reasons` those of failed points.
/// Fills outcome.failures.
Result<void> collect_tables(const std::filesystem::path& directory, const Sweep& sweep,
                            const std::vector<std::optional<Error>>& reasons, SweepOutcome& outcome);

}  // namespace eigenflow::scenario

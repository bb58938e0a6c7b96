#pragma once

#include <filesystem>
#include <optional>

#include "eigenflow/data/measure_samples.hpp"
#include "eigenflow/scenario/measure.hpp"

namespace eigenflow::scenario {

/// DIR/checkpoints/<step>.csv
std::filesystem::path checkpoint_table(const std::filesystem::path& directory, const Checkpoint& checkpoint);

/// Columns mode, variance, standard_error, mean_deviation; what is of the whole checkpoint, in the first row.
Result<void> write_checkpoint(const std::filesystem::path& table, const data::SampleMoments& moments);

/// The finished table of a checkpoint; empty where there is none of that many modes, or its samples are newer.
std::optional<data::SampleMoments> read_checkpoint(const std::filesystem::path& table, const Checkpoint& checkpoint,
                                                   std::size_t modes);

/// "principal", "fourier", "patch", as --basis has them: "pca", …
const char* name_of(MeasuredModes basis);

}  // namespace eigenflow::scenario

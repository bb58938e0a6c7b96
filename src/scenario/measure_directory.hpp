#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "eigenflow/data/measure_samples.hpp"
#include "eigenflow/scenario/measure.hpp"

namespace eigenflow::scenario {

/// DIR/checkpoints/<step>.csv
std::filesystem::path checkpoint_table(const std::filesystem::path& directory, const Checkpoint& checkpoint);

/// What tells a file, and what is in it, from others without reading it.
struct FileIdentity {
    std::string file;      ///< absolute
    std::string bytes;     ///< size
    std::string modified;  ///< nanoseconds since 1970; with `bytes` empty where the file is gone
    bool operator==(const FileIdentity&) const = default;
};
FileIdentity identity_of(const std::filesystem::path& file);

/// The samples of a checkpoint as they were when it was measured.
struct SamplesIdentity {
    FileIdentity file;
    std::string shape;  ///< rows x dimension
    bool operator==(const SamplesIdentity&) const = default;
};

/// One row per mode; what is of the whole checkpoint, in the first row.
Result<void> write_checkpoint(const std::filesystem::path& table, const data::SampleMoments& moments,
                              const SamplesIdentity& samples);

/// What write_checkpoint() wrote; empty where the table is not of these samples and that many modes, or has holes.
std::optional<data::SampleMoments> read_checkpoint(const std::filesystem::path& table, const SamplesIdentity& samples,
                                                   std::size_t modes);

SamplesIdentity samples_identity(const MeasurePlan& plan, std::size_t checkpoint);

/// The finished tables of all checkpoints; empty where there is none of these samples and of all modes, or it has
/// holes.
std::vector<std::optional<data::SampleMoments>> finished_checkpoints(const std::filesystem::path& directory,
                                                                     const MeasurePlan& plan);

/// "principal", "fourier", "patch", as --basis has them: "pca", …
const char* name_of(MeasuredModes basis);

}  // namespace eigenflow::scenario

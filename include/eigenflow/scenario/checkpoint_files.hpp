#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "eigenflow/core/result.hpp"

namespace eigenflow::scenario {

/// The samples of one checkpoint of a training run.
struct Checkpoint {
    std::filesystem::path file;
    std::uint64_t step = 0;
    double tau = 0.0;  ///< step × learning rate
};

struct CheckpointRequest {
    std::vector<std::string> patterns;  ///< files, or patterns with *, ? and […] as a shell takes them
    /// A CSV file with the columns file and step; a row is about the file whose path ends in what it names. Unset: the
    /// step is the last integer in the file's name, or, where no file's name has one, in its folder's.
    std::optional<std::filesystem::path> steps;
    double learning_rate = 1.0;                               ///< > 0, finite
    std::optional<std::filesystem::path> training_data = {};  ///< a file that no checkpoint may be
};

struct CheckpointFiles {
    std::vector<Checkpoint> checkpoints;  ///< two or more, by rising step
    std::vector<std::string> notes;       ///< rows of steps.csv that are about no file
};

/// A pattern that is the name of a file is that file.
/// Error{file}: a pattern without a file, the training data, one checkpoint only, a file without a step, a step that
/// two files have, a step that is not a whole number below 2^53; for steps.csv with its line. Error{usage}: a learning
/// rate that is not positive, or with which a τ > 0 is no normal number.
Result<CheckpointFiles> find_checkpoints(const CheckpointRequest& request);

/// The last run of digits in a file's name, less its extension; empty where there is none, or it is above 2^53.
std::optional<std::uint64_t> step_in_name(const std::filesystem::path& file);

}  // namespace eigenflow::scenario

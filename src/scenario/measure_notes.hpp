#pragma once

#include <string>
#include <vector>

#include "eigenflow/scenario/measure.hpp"

namespace eigenflow::scenario {

/// What a reader of the measurement has to know, in plain words.
std::vector<std::string> notes_on(const Measurement& measurement);

/// On uint8 files beside others, of which only the former are mapped to [−1, 1].
std::vector<std::string> note_on_mixed_types(const MeasureRequest& request, const std::vector<Checkpoint>& checkpoints);

}  // namespace eigenflow::scenario

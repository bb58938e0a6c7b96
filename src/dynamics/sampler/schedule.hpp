#pragma once

#include <vector>

#include "eigenflow/dynamics/generated_variance.hpp"

namespace eigenflow::dynamics {

/// Noise levels of T-17 on ve, steps of them; elsewhere `steps` uniform steps in t, both ends included.
std::vector<NoiseLevel> schedule(const LearningProblem& problem, const SamplingSpec& spec);

}  // namespace eigenflow::dynamics

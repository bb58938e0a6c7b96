#pragma once

#include <optional>

#include "eigenflow/dynamics/generated_variance.hpp"

namespace eigenflow::dynamics {

/// Where the cross moment of a mode changes sign, in the path's coordinate: tied or layered weights, which can't follow
/// their optimum through zero, turn there as sharply as training is long (t = 1/(1+λ) for flow matching). None for
/// linear networks, nor where one weight learns the average over the noise levels.
std::optional<double> turning_point(const LearningProblem& problem, double lambda);

}  // namespace eigenflow::dynamics

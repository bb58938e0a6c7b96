#pragma once

#include "eigenflow/dynamics/trained_weights.hpp"

namespace eigenflow::dynamics {

/// Gradient descent by taking every step on the layers' parameters, for networks without the closed form T-10. All
/// times come from one sweep. A parameter that leaves |θ| < 1e150 is unstable: NaN from that time on. Cost: τ_last/η
/// steps a mode and noise level (check_descent_steps() bounds them), or as many as it takes to come to rest.
std::shared_ptr<const TrainedWeights> make_descent_by_steps(const LearningProblem& problem);

}  // namespace eigenflow::dynamics

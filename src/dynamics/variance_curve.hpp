#pragma once

#include <memory>
#include <span>

#include "eigenflow/dynamics/generated_variance.hpp"

namespace eigenflow::dynamics {

/// λ̃ of one mode at any times τ ≥ 0, in any order: what `Trajectories::evaluate` is.
///
/// Gradient flow has a curve. Gradient descent has whole steps nη only, and between two of them ln λ̃ is linear in τ: a
/// root of the curve then lies between the right two steps, and approaches the flow's in first order of η.
void evaluate_variance(const LearningProblem& problem, const VarianceRoute& route, std::size_t mode,
                       std::span<const double> tau, std::span<double> variance);

}  // namespace eigenflow::dynamics

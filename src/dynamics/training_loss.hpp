#pragma once

#include <span>
#include <vector>

#include "eigenflow/dynamics/trained_weights.hpp"

namespace eigenflow::dynamics {

/// The objective's loss at every τ, summed over modes:  ∫ ω E|F − y|² dν  between the ends of the sampling range, as
/// its minimum  ∫ ω Σ λ (a v − s u)²/(a²λ + s²) dν  plus the excess  ∫ ω_eff Σ h (w − w*)² dν   (T-1, T-22).
/// Each part is known to 1e-10 of the loss at τ = 0 (or at the first time that has a finite one) and the minimum
/// together. Infinite where the integral has no finite value: "inverse-variance" up to pure data. A mode whose weight
/// turns at a noise level (turning_point) is integrated alone.
std::vector<double> training_loss(const LearningProblem& problem, const TrainedWeights& trained,
                                  std::span<const double> tau, Threads threads);

}  // namespace eigenflow::dynamics

#pragma once

#include <span>
#include <vector>

#include "coupled_weights.hpp"

namespace eigenflow::dynamics {

/// The objective's loss at every τ, ∫ ω E|F − y|² dν between the ends of the sampling range: its minimum, as in
/// training_loss(), and the excess ∫ loss_excess [tr(ΔW H ΔWᵀ) + |c|²] dx   (T-22). NaN for a time that failed.
/// Accuracy 1e-10 of the loss at τ = 0 and the minimum together; layers, whose weights are an integration each, at
/// 16 nodes in every 2.5 of the coordinate: 1e-6.
std::vector<double> matrix_loss(const MatrixProblem& problem, const CoupledWeights& weights,
                                std::span<const double> tau, Threads threads);

}  // namespace eigenflow::dynamics

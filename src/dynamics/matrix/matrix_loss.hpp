#pragma once

#include <span>
#include <vector>

#include "coupled_weights.hpp"

namespace eigenflow::dynamics {

/// The objective's loss beyond its minimum at every τ, ∫ loss_excess [tr(ΔW H ΔWᵀ) + |c|²] dx between the ends of the
/// sampling range   (T-22). NaN for a time that failed.
/// Accuracy 1e-10 of the loss at τ = 0 and the minimum together; layers, whose weights are an integration each, at
/// 16 nodes in every 2.5 of the coordinate: 1e-6. (With exact sampling FlowOutcome::excess takes its place.)
std::vector<double> excess_loss(const MatrixProblem& problem, const CoupledWeights& weights,
                                std::span<const double> tau, Threads threads);

/// The minimum, as in training_loss(), to 1e-12 of itself and the excess at the first time together.
double least_loss(const MatrixProblem& problem, std::span<const double> excess);

}  // namespace eigenflow::dynamics

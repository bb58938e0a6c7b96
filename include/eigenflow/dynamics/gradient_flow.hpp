#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/model/network.hpp"
#include "eigenflow/numerics/ode.hpp"

namespace eigenflow::dynamics {

/// One weight at rising training times, and what it cost.
struct GradientFlowPath {
    std::vector<double> weight;  ///< w(τ_i)
    numerics::OdeExit exit = numerics::OdeExit::finished;
    double failed_at = 0.0;  ///< the τ where a bad exit happened
    std::size_t steps = 0;   ///< accepted and rejected
    std::size_t evaluations = 0;
};

/// Integrates T-2 for one mode at one noise level by Boost.Odeint, knowing only g, h and m, from w(0) = Q through every
/// tau (non-negative, rising). Time is scaled by the mode's own rate 2ηω h g, and the integration stops at the steady
/// state |w − w*| ≤ 1e-9 (|w| + |w*|) (or g(w) = 0), so a stiff mode costs as little as a slow one: under 2,000 steps.
/// Weights after a bad exit are NaN. Accuracy 3e-9 of the larger of |w| and the smaller non-zero of |Q|, |w*|.
///
/// Where modes share parameters θ (a convolution's kernel), it is dθ/dτ = η · descent that is integrated, knowing only
/// that slope, in time scaled by the largest rate, until no parameter moves by more than 1e-11 of the largest in a unit
/// of it. Accuracy about 1e-11 · (largest rate/smallest rate) of the largest parameter; eight steps for every unit of
/// that ratio, so the step budget ends where the accuracy does (1e-7).
void solve_gradient_flow(const model::Network& network, std::size_t mode, const model::NoiseTerms& at,
                         LearningRate learning_rate, std::span<const double> tau, GradientFlowPath& out);

}  // namespace eigenflow::dynamics

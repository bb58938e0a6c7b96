#pragma once

#include <span>
#include <vector>

#include "eigenflow/dynamics/generated_variance.hpp"

namespace eigenflow::dynamics {

/// Σ_k h_k (w_k(τ) − w*_k)² at a noise level, for networks whose modes relax exponentially, each alone:
///     w − w* = (Q − w*) e^(−c (h0 + h1 λ)),  c = 2 g ω ητ,   (T-3, T-7, T-22)
/// of which e^(−2 c h1 λ) is the same at all noise levels where ω h1 is (uniform weighting of "ve"): it is kept from
/// one level to the next. Then a mode costs a multiply-add instead of an exponential, which it costs elsewhere at every
/// level and time asked for. Accuracy: 4 ulp more than of the exponents, which is ε times their size.
class LinearExcess {
public:
    /// Gradient flow of a linear network, modes trained alone at each noise level.
    static bool applies(const LearningProblem& problem);

    /// Holds 8 bytes a mode and time.
    LinearExcess(const LearningProblem& problem, std::span<const double> tau);

    /// Of times first … first + excess.size() − 1, loss_excess included.
    void at(const model::NoiseTerms& at, std::size_t first, std::span<double> excess);

private:
    std::span<const double> decay_at(std::size_t time, double rate);

    const model::Network& network_;
    double gain_;
    std::vector<double> eta_tau_;
    std::vector<double> decay_;  ///< e^(−2 rate ητ λ), modes innermost
    std::vector<double> rate_;   ///< of each time's
    std::vector<double> size_;   ///< h (Q − w*)² of this level
};

}  // namespace eigenflow::dynamics

#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace eigenflow {

/// Variance λ̃_k(τ) of the generated samples along every data mode, simulated or measured: the one thing that
/// `analysis` sees.
///
/// Shapes: tau has T entries, target (and limit, where known) one per mode, variance T × modes with the modes
/// contiguous. A variance that could not be computed is NaN and is written as an empty cell.
struct Trajectories {
    std::vector<double> tau;       ///< strictly rising training times; for a simulation the first is exactly 0
    std::vector<double> target;    ///< λ_k, the data's own variance per mode  [data²]
    std::vector<double> limit;     ///< λ̃_k(τ→∞), T-15; empty when it is not known (measured runs)  [data²]
    std::vector<double> variance;  ///< λ̃_k(τ_i) at [i * modes() + k]  [data²]
    std::vector<double> standard_error;  ///< of each variance, same shape, λ̃ √(2/(n−1)) from n samples; empty
                                         ///< where variances are exact  [data²]

    /// Correlation of a variance's error with those at the τ before and at the first τ, same shape, NaN or empty: none.
    /// Samples that are generated from the same noise at every checkpoint have it.
    std::vector<double> previous_correlation;
    std::vector<double> first_correlation;

    /// The mode that is this one over again (Fourier: of frequency −k, with the same λ and λ̃); its own number where
    /// there is none. Empty: no mode has one.
    std::vector<std::size_t> partner;

    /// λ̃_k at any times τ ≥ 0, in any order; empty for sampled curves, which can only be interpolated. Safe to call
    /// from several threads. Several times in one call cost less than one by one.
    std::function<void(std::size_t mode, std::span<const double> tau, std::span<double> variance)> evaluate;

    std::size_t modes() const { return target.size(); }
    std::size_t times() const { return tau.size(); }
    double at(std::size_t time, std::size_t mode) const { return variance[time * modes() + mode]; }
    std::span<const double> row(std::size_t time) const {
        return std::span<const double>(variance).subspan(time * modes(), modes());
    }
};

}  // namespace eigenflow

#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/core/trajectories.hpp"

namespace eigenflow::analysis {

/// λ̃(τ) of one mode on knots close enough to see every crossing of the levels it was made for.
/// Knots that could not be computed are left out; the first one is the initial value, or there are no knots at all.
struct ModeCurve {
    std::vector<double> tau;
    std::vector<double> variance;                ///< smoothed, if so asked, all but the first
    std::function<double(double tau)> evaluate;  ///< empty for sampled curves, and on a grid
    bool on_grid = false;                        ///< crossings are at knots, EmergenceRule::grid
    double smoothing = 0.0;                      ///< what `variance` was smoothed with
    std::vector<std::size_t> gaps;               ///< knots of a simulation before which a variance failed
    std::vector<double> standard_error;          ///< of the variances before they were smoothed; empty where exact

    std::vector<double> previous_correlation;  ///< of a knot's error with that of the knot before; empty: none has any
    std::vector<double> first_correlation;     ///< and with that of the first knot

    std::size_t knots() const { return tau.size(); }
    double initial() const { return variance.front(); }
    double final() const { return variance.back(); }
};

/// What to make of a mode's trajectory.
struct CurveOptions {
    EmergenceRule rule = EmergenceRule::crossing;
    double smoothing = 0.0;
    bool simulated = false;
};

/// The knots of an analytic curve under EmergenceRule::crossing are the grid, filled up to 12 a decade, and continued
/// below the first positive τ until λ̃ is at its value at τ = 0. Otherwise they are the finite samples, smoothed.
///
/// Smoothing is of λ̃ itself over the sample index, over all finite samples with the first among them. The first knot
/// keeps its own value: it is what the mode starts from.
/// @param levels  the variances whose crossings will be asked for
ModeCurve mode_curve(const Trajectories& trajectories, std::size_t mode, std::span<const double> levels,
                     const CurveOptions& options);

}  // namespace eigenflow::analysis

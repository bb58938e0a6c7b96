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
    std::vector<double> variance;
    std::function<double(double tau)> evaluate;  ///< empty for sampled curves

    std::size_t knots() const { return tau.size(); }
    double initial() const { return variance.front(); }
    double final() const { return variance.back(); }
};

/// The knots of an analytic curve are the grid, filled up to 12 a decade, and continued below the first positive τ
/// until λ̃ is at its value at τ = 0; those of a sampled curve are its finite samples.
/// @param levels  the variances whose crossings will be asked for
ModeCurve mode_curve(const Trajectories& trajectories, std::size_t mode, std::span<const double> levels);

/// The first τ at which the curve reaches `level`, coming from its initial value; NaN if it does not, or starts there.
double first_passage(const ModeCurve& curve, double level, Direction direction);

/// The τ after which the curve stays in [low, high] up to its last knot; NaN if it ends outside, or never was outside.
double last_entry(const ModeCurve& curve, double low, double high);

}  // namespace eigenflow::analysis

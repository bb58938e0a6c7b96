#pragma once

#include "crossing.hpp"
#include "mode_curve.hpp"

namespace eigenflow::analysis {

/// Variances that count as learned, ends included: beyond a threshold, or in the settling band.
struct Region {
    double low = 0.0;
    double high = 0.0;

    bool holds(double variance) const { return variance >= low && variance <= high; }
};

/// The first time the curve enters the region from outside, or passes through it between two knots (a grid sees only
/// knots). tau is NaN if it does not.
Crossing first_entry(const ModeCurve& curve, const Region& region);

/// The time from which the curve stays in the region up to its last knot. tau is NaN if it ends outside, or never was
/// outside.
Crossing last_entry(const ModeCurve& curve, const Region& region);

/// Standard error of a crossing's τ by the delta method, from the errors of the samples and their correlations; NaN
/// where they are exact or there is no crossing.
/// @param level_by_initial  ∂ln level/∂ln v0: how far the level moves with the curve's first variance
double standard_error_of(const ModeCurve& curve, const Crossing& crossing, double level_by_initial);

}  // namespace eigenflow::analysis

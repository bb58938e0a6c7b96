#pragma once

#include <limits>

#include "mode_curve.hpp"

namespace eigenflow::analysis {

/// The farthest a curve goes out of the range between its two ends; NaN where it stays inside.
struct Overshoot {
    double variance = std::numeric_limits<double>::quiet_NaN();
    double tau = std::numeric_limits<double>::quiet_NaN();

    bool found() const { return variance == variance; }
};

/// @param limit  λ̃(∞), one of the ends; NaN: the last knot is
/// See `overshoot_part` and `overshoot_errors`; farther is what has the larger ratio to the nearer end. On analytic
/// curves the extreme lies between knots, and is refined by Brent's minimiser.
Overshoot overshoot_of(const ModeCurve& curve, double limit);

}  // namespace eigenflow::analysis

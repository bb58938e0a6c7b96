#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "mode_curve.hpp"

namespace eigenflow::analysis {

/// When a curve crosses a level, and how that depends on what it was interpolated from.
struct Crossing {
    double tau = std::numeric_limits<double>::quiet_NaN();  ///< NaN: there is none

    /// Sampled curves under `EmergenceRule::crossing`: ∂τ/∂ln λ̃ of the knots first_knot … first_knot + 3, and −∂τ/∂ln
    /// level, their sum. 0 elsewhere.
    std::size_t first_knot = 0;
    std::array<double, 4> by_knot{};
    double by_curve = 0.0;
};

/// Where the curve crosses `level` between knots i and i + 1, which lie on different sides of it.
///
/// Analytic curves: a root of ln(λ̃/level) in ln τ, to full precision. Sampled curves: the root of the monotone cubic
/// through ln λ̃ against ln τ; linear in τ where the interval begins at τ = 0. Curves on a grid: knot i + 1.
Crossing crossing_between(const ModeCurve& curve, std::size_t i, double level);

}  // namespace eigenflow::analysis

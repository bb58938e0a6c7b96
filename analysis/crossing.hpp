#pragma once

#include <cstddef>

#include "mode_curve.hpp"

namespace eigenflow::analysis {

/// The τ between knots i and i + 1, which lie on different sides of `level`, at which the curve crosses it.
///
/// Analytic curves: a root of ln(λ̃/level) in ln τ, to full precision. Sampled curves, and the interval that begins at
/// τ = 0: ln λ̃ is taken as linear in ln τ, or in τ where the interval begins at 0.
double crossing_time(const ModeCurve& curve, std::size_t i, double level);

}  // namespace eigenflow::analysis

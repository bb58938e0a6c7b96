#pragma once

#include <span>
#include <vector>

#include "estimator.hpp"

namespace eigenflow::analysis {

// A mode's ln τ* differs from the law by its measurement error, of known variance v_i, and by an intrinsic scatter s
// that all modes share and that the fit has to find:  var ln τ*_i = v_i + s².

/// s² ≥ 0 with  Σ r_i²/(v_i + s²) = degrees  (Paule & Mandel 1982): the residuals are as large as their errors say.
/// 0 where measurement errors alone explain the residuals. Without measurement errors this is Σ r²/degrees.
/// @param residuals             r_i of ln τ*
/// @param measurement_variance  v_i > 0, as many
/// @param degrees               n less the parameters of the law; ≤ 0 gives 0
/// Newton's steps rise to the root and stop at 4 ε of it. Cost: 5 to 40 passes.
double intrinsic_variance(std::span<const double> residuals, std::span<const double> measurement_variance,
                          double degrees);

/// 1/(v_i + scatter²) per mode; empty (all alike) without measurement errors.
std::vector<double> weights_of(const Points& points, double scatter);

}  // namespace eigenflow::analysis

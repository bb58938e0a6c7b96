#include <cmath>

#include "estimator.hpp"
#include "line.hpp"
#include "scatter.hpp"

namespace eigenflow::analysis {

namespace {

/// ln τ* = ln A − α ln λ, least squares in ln τ*   (T-21)
Estimate fit(const Points& points, double) {
    const LeastSquaresLine line = least_squares_line(points);
    const Moments& m = line.moments;
    Estimate e;
    e.exponent = line.exponent;
    e.exponent_se = line.exponent_se;
    e.log_prefactor = m.mean_y + e.exponent * m.mean_x;
    if (m.syy > 0.0) e.r_squared = 1.0 - line.rss / m.syy;
    e.scatter = line.scatter;
    return e;
}

/// The scatter, which only weighs the modes, is kept from the full fit.
double resampled_exponent(const Points& points, const Estimate& full) {
    const Moments m = moments_of(points, weights_of(points, full.scatter));
    return -m.sxy / m.sxx;
}

}  // namespace

const Estimator ols = {.name = "ols", .fit = fit, .resampled_exponent = resampled_exponent};

}  // namespace eigenflow::analysis

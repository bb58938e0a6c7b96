#include <cmath>

#include "estimator.hpp"
#include "line.hpp"

namespace eigenflow::analysis {

namespace {

/// ln τ* = ln A − α ln λ, least squares in ln τ*   (T-21)
Estimate fit(const Points& points) {
    const Moments m = moments_of(points);
    Estimate e;
    e.exponent = -m.sxy / m.sxx;
    e.log_prefactor = m.mean_y + e.exponent * m.mean_x;
    const double rss = residual_sum(points, m, e.exponent);  // not Syy − Sxy²/Sxx: an exact law would leave rounding
    if (m.syy > 0.0) e.r_squared = 1.0 - rss / m.syy;
    if (points.count() > 2) e.exponent_se = std::sqrt(rss / static_cast<double>(points.count() - 2) / m.sxx);
    return e;
}

double resampled_exponent(const Points& points, const Estimate&) {
    const Moments m = moments_of(points);
    return -m.sxy / m.sxx;
}

}  // namespace

const Estimator ols = {"ols", fit, resampled_exponent};

}  // namespace eigenflow::analysis

#include "line.hpp"

#include <cmath>

#include "scatter.hpp"

namespace eigenflow::analysis {

// Plain loops, not Eigen's sum() of a mapped vector: that one begins at the first aligned address, so that the same
// numbers elsewhere in memory add up to other last digits. A weight multiplies one factor first: at 1 it leaves every
// bit as it is.

Moments moments_of(const Points& points, std::span<const double> weights) {
    const std::size_t n = points.count();
    Moments m;
    double total = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const double w = weights.empty() ? 1.0 : weights[i];
        total += w;
        m.mean_x += w * points.log_variance[i];
        m.mean_y += w * points.log_tau[i];
    }
    m.mean_x /= total;
    m.mean_y /= total;
    for (std::size_t i = 0; i < n; ++i) {
        const double w = weights.empty() ? 1.0 : weights[i];
        const double x = points.log_variance[i] - m.mean_x, y = points.log_tau[i] - m.mean_y;
        const double wx = w * x, wy = w * y;
        m.sxx += wx * x;
        m.sxy += wx * y;
        m.syy += wy * y;
    }
    return m;
}

double residual_sum(const Points& points, const Moments& m, std::span<const double> weights, double exponent,
                    double shift) {
    double sum = 0.0;
    for (std::size_t i = 0; i < points.count(); ++i) {
        const double x = points.log_variance[i] - m.mean_x, y = points.log_tau[i] - m.mean_y;
        const double residual = y - shift + exponent * x;
        const double weighted = weights.empty() ? residual : weights[i] * residual;
        sum += weighted * residual;
    }
    return sum;
}

LeastSquaresLine least_squares_line(const Points& points) {
    const auto degrees = static_cast<double>(points.count()) - 2.0;
    LeastSquaresLine line;
    const auto solve = [&] {
        line.moments = moments_of(points, line.weights);
        line.exponent = -line.moments.sxy / line.moments.sxx;
        // not Syy − Sxy²/Sxx: an exact law would leave rounding
        line.rss = residual_sum(points, line.moments, line.weights, line.exponent);
    };
    solve();
    line.exponent_se = std::nan("");
    if (points.measurement_variance.empty()) {
        if (degrees > 0.0) {
            line.scatter = std::sqrt(line.rss / degrees);
            line.exponent_se = std::sqrt(line.rss / degrees / line.moments.sxx);
        }
        return line;
    }
    std::vector<double> residuals(points.count());
    double s2 = -1.0;
    for (int round = 0; round < 100; ++round) {
        for (std::size_t i = 0; i < points.count(); ++i) {
            residuals[i] = points.log_tau[i] - line.moments.mean_y +
                           line.exponent * (points.log_variance[i] - line.moments.mean_x);
        }
        const double next = intrinsic_variance(residuals, points.measurement_variance, degrees);
        if (std::abs(next - s2) <= 1e-12 * next) break;
        s2 = next;
        line.scatter = std::sqrt(s2);
        line.weights = weights_of(points, line.scatter);
        solve();
    }
    if (degrees > 0.0) line.exponent_se = 1.0 / std::sqrt(line.moments.sxx);
    return line;
}

}  // namespace eigenflow::analysis

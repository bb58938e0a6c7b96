#include "line.hpp"

namespace eigenflow::analysis {

// Plain loops, not Eigen's sum() of a mapped vector: that one begins at the first aligned address, so that the same
// numbers elsewhere in memory add up to other last digits.

Moments moments_of(const Points& points) {
    const std::size_t n = points.count();
    Moments m;
    for (std::size_t i = 0; i < n; ++i) {
        m.mean_x += points.log_variance[i];
        m.mean_y += points.log_tau[i];
    }
    m.mean_x /= static_cast<double>(n);
    m.mean_y /= static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) {
        const double x = points.log_variance[i] - m.mean_x, y = points.log_tau[i] - m.mean_y;
        m.sxx += x * x;
        m.sxy += x * y;
        m.syy += y * y;
    }
    return m;
}

double residual_sum(const Points& points, const Moments& m, double exponent, double shift) {
    double sum = 0.0;
    for (std::size_t i = 0; i < points.count(); ++i) {
        const double x = points.log_variance[i] - m.mean_x, y = points.log_tau[i] - m.mean_y;
        const double residual = y - shift + exponent * x;
        sum += residual * residual;
    }
    return sum;
}

}  // namespace eigenflow::analysis

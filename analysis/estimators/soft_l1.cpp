#include "soft_l1.hpp"

#include <Eigen/Core>
#include <cmath>

namespace eigenflow::analysis {

CentredLine soft_l1_line(const Points& points, std::span<const double> scales, CentredLine line) {
    const auto n = static_cast<Eigen::Index>(points.count());
    const Eigen::Map<const Eigen::ArrayXd> log_variance(points.log_variance.data(), n), y(points.log_tau.data(), n);
    const Eigen::ArrayXd scale = Eigen::Map<const Eigen::ArrayXd>(scales.data(), n);
    const Eigen::ArrayXd precision = scale.square().inverse();
    const Eigen::ArrayXd x = log_variance - line.centre;
    Eigen::ArrayXd w(n), wx(n), residual(n);
    for (int round = 0; round < 200; ++round) {
        residual = y - line.level + line.exponent * x;
        w = precision / (1.0 + residual.square() * precision).sqrt();
        wx = w * x;
        const double s = w.sum(), sx = wx.sum(), sxx = (wx * x).sum();  // the step solves for the residual, which is
        const double sr = (w * residual).sum(), sxr = (wx * residual).sum();  // small, so no digits cancel near the end
        const double determinant = s * sxx - sx * sx;
        const double level_step = (sxx * sr - sx * sxr) / determinant;
        const double exponent_step = -(s * sxr - sx * sr) / determinant;
        line.level += level_step;
        line.exponent += exponent_step;
        if (std::abs(level_step) <= 1e-10 * (1.0 + std::abs(line.level)) &&
            std::abs(exponent_step) <= 1e-10 * (1.0 + std::abs(line.exponent))) {
            break;
        }
    }
    return line;
}

}  // namespace eigenflow::analysis

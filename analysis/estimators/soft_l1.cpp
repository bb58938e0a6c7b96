#include "soft_l1.hpp"

#include <cmath>
#include <limits>

namespace eigenflow::analysis {

namespace {

struct Step {
    double level = 0.0;
    double exponent = 0.0;
    double decrease = 0.0;  ///< of half a sum of squares with these weights
};

/// Weighted least squares of residuals on a line. They are small, so no digits cancel near the end.
Step step_of(const Eigen::ArrayXd& weight, const Eigen::ArrayXd& x, double sr, double sxr) {
    const Eigen::ArrayXd wx = weight * x;
    const double s = weight.sum(), sx = wx.sum(), sxx = (wx * x).sum();
    const double determinant = s * sxx - sx * sx;
    const Step step{.level = (sxx * sr - sx * sxr) / determinant, .exponent = -(s * sxr - sx * sr) / determinant};
    return {step.level, step.exponent, step.level * sr - step.exponent * sxr};
}

}  // namespace

SoftL1::SoftL1(const Points& points, std::span<const double> scales, double centre) {
    const auto n = static_cast<Eigen::Index>(points.count());
    const Eigen::ArrayXd scale = Eigen::Map<const Eigen::ArrayXd>(scales.data(), n);
    x_ = Eigen::Map<const Eigen::ArrayXd>(points.log_variance.data(), n) - centre;
    y_ = Eigen::Map<const Eigen::ArrayXd>(points.log_tau.data(), n);
    precision_ = scale.square().inverse();
    reach_ = x_.abs().maxCoeff();
    sharpest_ = 1.0 / scale.minCoeff();
}

CentredLine SoftL1::minimum(const Eigen::Ref<const Eigen::ArrayXd>& counts, CentredLine line) const {
    const Eigen::ArrayXd precision = counts * precision_;
    Eigen::ArrayXd residual, damping, weight;
    double slope = std::numeric_limits<double>::infinity();
    bool newton = true;
    for (int round = 0; round < 200; ++round) {
        residual = y_ - line.level + line.exponent * x_;
        damping = (1.0 + residual.square() * precision_).rsqrt();
        weight = precision * damping;
        const double sr = (weight * residual).sum(), sxr = (weight * residual * x_).sum();
        Step step;
        if (newton) {
            step = step_of(weight * damping.square(), x_, sr, sxr);
            newton = step.decrease <= 0.25 * slope;  // false for NaN
            slope = step.decrease;
        }
        if (!newton) step = step_of(weight, x_, sr, sxr);
        line.level += step.level;
        line.exponent += step.exponent;
        const double moved = (std::abs(step.level) + std::abs(step.exponent) * reach_) * sharpest_;
        if (newton && moved <= 1e-6) break;
        if (std::abs(step.level) <= 1e-10 * (1.0 + std::abs(line.level)) &&
            std::abs(step.exponent) <= 1e-10 * (1.0 + std::abs(line.exponent))) {
            break;
        }
    }
    return line;
}

}  // namespace eigenflow::analysis

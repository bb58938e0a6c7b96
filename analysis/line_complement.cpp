#include "line_complement.hpp"

#include <cmath>

namespace eigenflow::analysis {

LineComplement::LineComplement(const Points& points) : line_(least_squares_line(points)) {
    const auto n = static_cast<Eigen::Index>(points.count());
    root_weight_ = Eigen::ArrayXd::Ones(n);
    if (!line_.weights.empty()) root_weight_ = Eigen::Map<const Eigen::ArrayXd>(line_.weights.data(), n).sqrt();
    x_ = Eigen::Map<const Eigen::ArrayXd>(points.log_variance.data(), n) - line_.moments.mean_x;
    level_ = root_weight_.matrix().normalized();
    slope_ = (root_weight_ * x_).matrix();
    slope_ -= level_ * level_.dot(slope_);
    slope_.normalize();
    const Eigen::ArrayXd y = Eigen::Map<const Eigen::ArrayXd>(points.log_tau.data(), n) - line_.moments.mean_y;
    residuals_ = of(y + line_.exponent * x_);
}

void LineComplement::remove_line(Eigen::Ref<Eigen::VectorXd> column) const {
    for (int twice = 0; twice < 2; ++twice) {  // the second time for the rounding of the first
        column -= level_ * level_.dot(column);
        column -= slope_ * slope_.dot(column);
    }
}

Eigen::VectorXd LineComplement::of(const Eigen::ArrayXd& column) const {
    Eigen::VectorXd rest = (root_weight_ * column).matrix();
    remove_line(rest);
    return rest;
}

bool LineComplement::exact() const {
    const double rms = residuals_.norm() / std::sqrt(static_cast<double>(residuals_.size()));
    return line_.weights.empty() && rms <= least_scale;
}

}  // namespace eigenflow::analysis

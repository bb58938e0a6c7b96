#include "resampler.hpp"

#include "scatter.hpp"

namespace eigenflow::analysis {

ModeColumns::ModeColumns(const Points& points, double scatter) {
    const auto n = static_cast<Eigen::Index>(points.count());
    log_variance = Eigen::Map<const Eigen::ArrayXd>(points.log_variance.data(), n);
    log_tau = Eigen::Map<const Eigen::ArrayXd>(points.log_tau.data(), n);
    weight = Eigen::ArrayXd::Ones(n);
    const std::vector<double> weights = weights_of(points, scatter);
    if (!weights.empty()) weight = Eigen::Map<const Eigen::ArrayXd>(weights.data(), n);
}

Moments moments_of(const ModeColumns& modes, const Eigen::ArrayXd& weight) {
    const double total = weight.sum();
    Moments m;
    m.mean_x = (weight * modes.log_variance).sum() / total;
    m.mean_y = (weight * modes.log_tau).sum() / total;
    const Eigen::ArrayXd x = modes.log_variance - m.mean_x, y = modes.log_tau - m.mean_y;
    m.sxx = (weight * x * x).sum();
    m.sxy = (weight * x * y).sum();
    m.syy = (weight * y * y).sum();
    return m;
}

}  // namespace eigenflow::analysis

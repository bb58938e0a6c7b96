#include "floor_profile.hpp"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <cstdint>
#include <limits>

namespace eigenflow::analysis {

FloorProfile::FloorProfile(const Points& points, const std::vector<double>& weights)
    : log_least_(*std::min_element(points.log_variance.begin(), points.log_variance.end())) {
    const auto n = static_cast<Eigen::Index>(points.count());
    ratio_ = (Eigen::Map<const Eigen::ArrayXd>(points.log_variance.data(), n) - log_least_).exp();
    y_ = Eigen::Map<const Eigen::ArrayXd>(points.log_tau.data(), n);
    w_ = Eigen::ArrayXd::Ones(n);
    if (!weights.empty()) w_ = Eigen::Map<const Eigen::ArrayXd>(weights.data(), n);
    largest_ = std::log1p(10.0 * ratio_.maxCoeff());
}

FloorProfile::Fit FloorProfile::at(double u) {
    const double total = w_.sum();
    x_ = (ratio_ + std::expm1(u)).log() + log_least_;
    const double mean_x = (w_ * x_).sum() / total, mean_y = (w_ * y_).sum() / total;
    x_ -= mean_x;
    r_ = y_ - mean_y;
    const double sxx = (w_ * x_ * x_).sum();
    Fit fit{.u = u, .level = mean_y, .exponent = sxx > 0.0 ? -(w_ * x_ * r_).sum() / sxx : 0.0};
    fit.level = mean_y + fit.exponent * mean_x;
    r_ += fit.exponent * x_;
    fit.rss = (w_ * r_ * r_).sum();
    return fit;
}

FloorProfile::Fit FloorProfile::minimum(int starts) {
    const double step = largest_ / starts;
    Fit best = at(0.0);
    for (int i = 1; i <= starts; ++i) {
        const Fit fit = at(i * step);
        if (fit.rss < best.rss) best = fit;
    }
    const double low = std::max(0.0, best.u - step), high = std::min(largest_, best.u + step);
    const int digits = std::numeric_limits<double>::digits / 2;
    std::uintmax_t most = 500;
    const auto found =
        boost::math::tools::brent_find_minima([&](double u) { return at(u).rss; }, low, high, digits, most);
    return found.second < best.rss ? at(found.first) : best;
}

double FloorProfile::floor_of(double u) const { return std::exp(log_least_) * std::expm1(u); }

}  // namespace eigenflow::analysis

#include <Eigen/Core>
#include <algorithm>
#include <boost/math/special_functions/log1p.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "eigenflow/analysis/distance.hpp"
#include "eigenflow/numerics/symmetric_eigen.hpp"

namespace eigenflow::analysis {

namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// Twice KL of two centred Gaussians whose λ are all positive: Σ [ε − ln(1 + ε)] over the eigenvalues of Λ^−½ C Λ^−½
// − 1.
double twice_kl(const MatrixXd& c, const ArrayXd& lambda) {
    const ArrayXd inverse = lambda.sqrt().inverse();
    MatrixXd excess = c;
    excess.diagonal().array() -= lambda;
    excess = inverse.matrix().asDiagonal() * excess * inverse.matrix().asDiagonal();
    double sum = 0.0;
    for (const double x : numerics::symmetric_eigen(excess, numerics::EigenParts::values).values) {
        if (x <= -1.0) return infinity;
        sum += std::abs(x) < 0.5 ? -boost::math::log1pmx(x) : x - std::log1p(x);
    }
    return sum;
}

// W2² of two centred Gaussians. With every λ > 0 the optimal map is Λ^−½ S Λ^−½, and W2² what it moves.
double squared_wasserstein(const MatrixXd& c, const ArrayXd& lambda) {
    const ArrayXd root = lambda.sqrt();
    const MatrixXd product = root.matrix().asDiagonal() * c * root.matrix().asDiagonal();
    const auto eigen = numerics::symmetric_eigen(product);
    const Eigen::Map<const MatrixXd> vectors(eigen.vectors.data(), c.rows(), c.rows());
    const ArrayXd roots = Eigen::Map<const ArrayXd>(eigen.values.data(), c.rows()).max(0.0).sqrt();
    if ((lambda == 0.0).any()) return std::max(0.0, c.trace() + lambda.sum() - 2.0 * roots.sum());
    MatrixXd moved = -vectors * roots.matrix().asDiagonal() * vectors.transpose();
    moved.diagonal().array() += lambda;
    return (moved * root.inverse().matrix().asDiagonal()).squaredNorm();
}

}  // namespace

GaussianDistance gaussian_distance(std::span<const double> covariance, std::span<const double> mean_deviation,
                                   std::span<const double> target) {
    const auto d = static_cast<Index>(target.size());
    assert(covariance.size() == target.size() * target.size() && mean_deviation.size() == target.size());
    const Eigen::Map<const MatrixXd> c(covariance.data(), d, d);
    const Eigen::Map<const ArrayXd> deviation(mean_deviation.data(), d);
    const Eigen::Map<const ArrayXd> lambda(target.data(), d);
    if (!c.allFinite() || !deviation.allFinite() || !(lambda >= 0.0).all() || !(c.diagonal().array() >= 0.0).all()) {
        return {nan, nan};
    }
    std::vector<Index> kept;  // modes that both or one of them have
    bool apart = false;
    for (Index k = 0; k < d; ++k) {
        if (lambda[k] == 0.0 && c(k, k) == 0.0) {
            apart = apart || deviation[k] != 0.0;
            continue;
        }
        apart = apart || lambda[k] == 0.0;
        kept.push_back(k);
    }
    const MatrixXd part = c(kept, kept);
    const ArrayXd values = lambda(kept);
    GaussianDistance out{0.0, 0.0};
    out.kl = apart ? infinity
                   : 0.5 * ((kept.empty() ? 0.0 : twice_kl(part, values)) + (deviation(kept).square() / values).sum());
    out.wasserstein = std::sqrt(deviation.square().sum() + (kept.empty() ? 0.0 : squared_wasserstein(part, values)));
    return out;
}

GaussianTarget::GaussianTarget(std::span<const double> covariance, std::span<const double> mean)
    : variance_(mean.size()), mean_(mean.begin(), mean.end()) {
    const auto d = static_cast<Eigen::Index>(mean.size());
    const Eigen::Map<const Eigen::MatrixXd> sigma(covariance.data(), d, d);
    if (sigma.isDiagonal(0.0)) {
        Eigen::Map<Eigen::VectorXd>(variance_.data(), d) = sigma.diagonal();
        return;
    }
    auto eigen = numerics::symmetric_eigen(covariance, mean.size());
    variance_ = std::move(eigen.values);
    for (double& value : variance_) value = std::max(value, 0.0);
    frame_ = std::move(eigen.vectors);
}

GaussianTarget::Turned GaussianTarget::turned(std::span<const double> covariance, std::span<const double> mean) const {
    const auto d = static_cast<Eigen::Index>(mean_.size());
    Turned out{{covariance.begin(), covariance.end()}, std::vector<double>(mean_.size())};
    Eigen::Map<Eigen::VectorXd> shift(out.deviation.data(), d);
    shift = Eigen::Map<const Eigen::VectorXd>(mean.data(), d) - Eigen::Map<const Eigen::VectorXd>(mean_.data(), d);
    if (frame_.empty()) return out;
    const Eigen::Map<const Eigen::MatrixXd> frame(frame_.data(), d, d);
    const Eigen::Map<const Eigen::MatrixXd> own(covariance.data(), d, d);
    Eigen::Map<Eigen::MatrixXd>(out.covariance.data(), d, d) = frame.transpose() * own * frame;
    shift = frame.transpose() * Eigen::VectorXd(shift);
    return out;
}

GaussianDistance GaussianTarget::from(std::span<const double> covariance, std::span<const double> mean) const {
    const Turned own = turned(covariance, mean);
    return gaussian_distance(own.covariance, own.deviation, variance_);
}

GaussianDistance GaussianTarget::error_from(std::span<const double> covariance, std::span<const double> mean,
                                            const GaussianDistance& distance, std::size_t samples) const {
    const Turned own = turned(covariance, mean);
    return gaussian_distance_error(own.covariance, own.deviation, variance_, distance, samples);
}

}  // namespace eigenflow::analysis

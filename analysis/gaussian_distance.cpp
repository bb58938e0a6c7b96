#include <Eigen/Eigenvalues>
#include <boost/math/special_functions/log1p.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

#include "eigenflow/analysis/distance.hpp"

namespace eigenflow::analysis {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// ε − ln(1 + ε); ∞ at ε = −1, where the generated samples have no variance.
double excess_over_log(double excess) {
    if (excess <= -1.0) return infinity;
    return std::abs(excess) < 0.5 ? -boost::math::log1pmx(excess) : excess - std::log1p(excess);
}

// C over the modes that the data have, and what is generated along the others.
struct Shared {
    Eigen::MatrixXd covariance;
    Eigen::VectorXd lambda;
    double elsewhere = 0.0;  // Σ C_kk where λ = 0  [data²]
};

Shared shared_modes(std::span<const double> covariance, std::span<const double> target) {
    const std::size_t d = target.size();
    std::vector<std::size_t> modes;
    Shared shared;
    for (std::size_t k = 0; k < d; ++k) {
        if (target[k] > 0.0) {
            modes.push_back(k);
        } else {
            shared.elsewhere += covariance[k * d + k];
        }
    }
    const auto n = static_cast<Eigen::Index>(modes.size());
    shared.covariance.resize(n, n);
    shared.lambda.resize(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        shared.lambda[i] = target[modes[static_cast<std::size_t>(i)]];
        for (Eigen::Index j = 0; j < n; ++j) {
            shared.covariance(i, j) =
                covariance[modes[static_cast<std::size_t>(i)] * d + modes[static_cast<std::size_t>(j)]];
        }
    }
    return shared;
}

// ½ Σ [ε − ln(1 + ε)] over the eigenvalues 1 + ε of Λ^−½ C Λ^−½.
double divergence(const Shared& at) {
    const Eigen::VectorXd root = at.lambda.cwiseSqrt();
    Eigen::MatrixXd relative = at.covariance;
    relative.diagonal() -= at.lambda;  // first, so that ε keeps its digits
    relative = root.cwiseInverse().asDiagonal() * relative * root.cwiseInverse().asDiagonal();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(relative, Eigen::EigenvaluesOnly);
    double sum = 0.0;
    for (const double excess : solver.eigenvalues()) sum += excess_over_log(excess);
    return 0.5 * sum;
}

// |Λ^−½ (Λ − S)|², S = (Λ^½ C Λ^½)^½; not tr C + tr Λ − 2 tr S, which loses the digits of a small distance.
double squared_wasserstein(const Shared& at) {
    const Eigen::VectorXd root = at.lambda.cwiseSqrt();
    const Eigen::MatrixXd product = root.asDiagonal() * at.covariance * root.asDiagonal();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(product);
    const Eigen::MatrixXd& vectors = solver.eigenvectors();
    Eigen::MatrixXd difference =
        -(vectors * solver.eigenvalues().cwiseMax(0.0).cwiseSqrt().asDiagonal() * vectors.transpose());
    difference.diagonal() += at.lambda;
    return (root.cwiseInverse().asDiagonal() * difference).squaredNorm();
}

}  // namespace

GaussianDistance gaussian_distance(std::span<const double> covariance, std::span<const double> mean_deviation,
                                   std::span<const double> target) {
    const std::size_t d = target.size();
    assert(covariance.size() == d * d && mean_deviation.size() == d);
    for (std::size_t i = 0; i < covariance.size(); ++i) {
        if (!std::isfinite(covariance[i])) return {nan, nan};
    }
    double shift = 0.0, weighted_shift = 0.0;
    for (std::size_t k = 0; k < d; ++k) {
        if (!(covariance[k * d + k] >= 0.0) || !(target[k] >= 0.0) || !std::isfinite(mean_deviation[k])) {
            return {nan, nan};
        }
        const double square = mean_deviation[k] * mean_deviation[k];
        shift += square;
        if (square > 0.0) weighted_shift += square / target[k];  // ∞ along a mode that the data do not have
    }
    const Shared shared = shared_modes(covariance, target);
    if (shared.lambda.size() == 0)
        return {shared.elsewhere + shift > 0.0 ? infinity : 0.0, std::sqrt(shared.elsewhere + shift)};
    const double kl = shared.elsewhere > 0.0 ? infinity : divergence(shared) + 0.5 * weighted_shift;
    return {kl, std::sqrt(squared_wasserstein(shared) + shared.elsewhere + shift)};
}

GaussianTarget::GaussianTarget(std::span<const double> covariance, std::span<const double> mean)
    : variance_(mean.size()), mean_(mean.begin(), mean.end()) {
    const auto d = static_cast<Eigen::Index>(mean.size());
    const Eigen::Map<const Eigen::MatrixXd> sigma(covariance.data(), d, d);
    if (sigma.isDiagonal(0.0)) {
        Eigen::Map<Eigen::VectorXd>(variance_.data(), d) = sigma.diagonal();
        return;
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(sigma);
    const Eigen::VectorXd values = solver.eigenvalues().cwiseMax(0.0);
    variance_.assign(values.begin(), values.end());
    frame_.assign(solver.eigenvectors().data(), solver.eigenvectors().data() + d * d);
}

GaussianDistance GaussianTarget::from(std::span<const double> covariance, std::span<const double> mean) const {
    const auto d = static_cast<Eigen::Index>(mean_.size());
    Eigen::VectorXd shift =
        Eigen::Map<const Eigen::VectorXd>(mean.data(), d) - Eigen::Map<const Eigen::VectorXd>(mean_.data(), d);
    if (frame_.empty()) return gaussian_distance(covariance, {shift.data(), mean_.size()}, variance_);
    const Eigen::Map<const Eigen::MatrixXd> frame(frame_.data(), d, d);
    const Eigen::MatrixXd turned =
        frame.transpose() * Eigen::Map<const Eigen::MatrixXd>(covariance.data(), d, d) * frame;
    shift = frame.transpose() * shift;
    return gaussian_distance({turned.data(), frame_.size()}, {shift.data(), mean_.size()}, variance_);
}

}  // namespace eigenflow::analysis

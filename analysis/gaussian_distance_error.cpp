#include <Eigen/Core>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "eigenflow/analysis/distance.hpp"
#include "eigenflow/numerics/symmetric_eigen.hpp"

namespace eigenflow::analysis {

GaussianDistance gaussian_distance_error(std::span<const double> covariance, std::span<const double> mean_deviation,
                                         std::span<const double> target, const GaussianDistance& distance,
                                         std::size_t samples) {
    using Eigen::ArrayXd;
    using Eigen::Index;
    using Eigen::MatrixXd;
    assert(samples >= 2);
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const auto d = static_cast<Index>(target.size());
    const Eigen::Map<const MatrixXd> c(covariance.data(), d, d);
    const Eigen::Map<const Eigen::VectorXd> deviation(mean_deviation.data(), d);
    const Eigen::Map<const ArrayXd> lambda(target.data(), d);
    if (!std::isfinite(distance.wasserstein) || !(lambda > 0.0).all()) return {nan, nan};
    const auto n = static_cast<double>(samples);
    GaussianDistance error{nan, nan};

    if (std::isfinite(distance.kl)) {
        // ∂KL/∂C C = ½ (Λ⁻¹C − 1), ∂KL/∂μ̃ = Λ⁻¹ (μ̃ − μ)
        const Eigen::VectorXd inverse = lambda.sqrt().inverse().matrix();
        MatrixXd excess = inverse.asDiagonal() * c * inverse.asDiagonal();
        excess.diagonal().array() -= 1.0;
        const Eigen::VectorXd slope = (deviation.array() / lambda).matrix();
        error.kl = std::sqrt(0.5 * excess.squaredNorm() / (n - 1.0) + slope.dot(c * slope) / n);
    }
    if (distance.wasserstein > 0.0) {
        // ∂W2²/∂C C is similar to (S − Λ) S Λ⁻¹, S = (Λ^½ C Λ^½)^½; ∂W2²/∂μ̃ = 2 (μ̃ − μ)
        const Eigen::VectorXd root = lambda.sqrt().matrix();
        const auto eigen = numerics::symmetric_eigen(MatrixXd(root.asDiagonal() * c * root.asDiagonal()));
        const Eigen::Map<const MatrixXd> vectors(eigen.vectors.data(), d, d);
        const Eigen::VectorXd roots = Eigen::Map<const ArrayXd>(eigen.values.data(), d).max(0.0).sqrt().matrix();
        const MatrixXd s = vectors * roots.asDiagonal() * vectors.transpose();
        MatrixXd moved = s;
        moved.diagonal().array() -= lambda;
        const MatrixXd product = moved * (s * lambda.inverse().matrix().asDiagonal());
        const double of_covariance = 2.0 * product.cwiseProduct(product.transpose()).sum() / (n - 1.0);
        const double of_mean = 4.0 * deviation.dot(c * deviation) / n;
        error.wasserstein = std::sqrt(std::max(0.0, of_covariance) + of_mean) / (2.0 * distance.wasserstein);
    }
    return error;
}

}  // namespace eigenflow::analysis

#pragma once

#include <Eigen/Core>
#include <optional>

#include "eigenflow/core/result.hpp"
#include "eigenflow/dynamics/matrix_problem.hpp"

namespace eigenflow::dynamics {

/// The regression that the layers are trained on, at one noise level or averaged over all. In the eigenframe
///
///     E[z zᵀ] = H + p μμᵀ,   E[ŷ zᵀ] = M + r μμᵀ,   E[z] = e μ,   E[ŷ] = f μ,   E[1] = q
///
/// with H = h0 + h1 λ, M = m0 + m1 λ diagonal; at one noise level p = h1 = e², r = m1 = e f and q = 1   (T-18).
struct AffineTerms {
    double h0, h1, m0, m1;
    double e, f;
    double mass;   // q
    double omega;  // weight of the gradient flow

    static AffineTerms of(const model::NoiseTerms& at);
    double curvature(double lambda) const { return h0 + h1 * lambda; }
    double cross_moment(double lambda) const { return m0 + m1 * lambda; }
    double optimum(double lambda) const {
        const double h = curvature(lambda);
        return h > 0.0 ? cross_moment(lambda) / h : 0.0;
    }
};

/// W* and b* with [W* b*] S̃ = C̃, of averages over a mean too, where both are full.
struct AffineOptimum {
    Eigen::MatrixXd w;
    Eigen::VectorXd b;
};
/// S̃, (d + 1) × (d + 1).
Eigen::MatrixXd second_moment(const AffineTerms& terms, const Eigen::ArrayXd& lambda, const Eigen::VectorXd& mean);
AffineOptimum optimum_of(const AffineTerms& terms, const Eigen::ArrayXd& lambda, const Eigen::VectorXd& mean);

/// The averages over the training measure, ω = 1. Error{usage} where they are not finite (as shared_terms()).
Result<AffineTerms> shared_affine_terms(const model::Objective& objective);

/// Those of a problem whose noise levels share their weights; else none.
Result<std::optional<AffineTerms>> average_of(const MatrixProblem& problem);

}  // namespace eigenflow::dynamics

#pragma once

#include <Eigen/Core>
#include <cstddef>

namespace eigenflow::dynamics {

/// χ = Σ C_kk²/Σ C_jk² over the leading block of that many modes   (T-23).
double chi_of(const Eigen::MatrixXd& c, Eigen::Index modes);

/// What so few samples of an aligned Gaussian show of it: Wishart, E C_jk² = λ̃_j λ̃_k/(n−1), E C_kk² = λ̃_k² (1 +
/// 2/(n−1)).
double aligned_chi_of(const Eigen::MatrixXd& c, Eigen::Index modes, std::size_t samples);

/// Standard error of χ where C is the covariance of n Gaussian samples, to first order in 1/n: 2/(n−1) tr (∂χ/∂C C)²
/// with ∂χ/∂C = 2 (diag C − χ C)/Σ C_jk². Within 10 % of the scatter of simulated ensembles (test "T-23 standard
/// errors").
/// @param samples  n ≥ 2
/// Cost: one product.
double chi_error_of(const Eigen::MatrixXd& c, Eigen::Index modes, std::size_t samples);

}  // namespace eigenflow::dynamics

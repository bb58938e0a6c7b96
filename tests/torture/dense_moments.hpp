#pragma once

#include <Eigen/Core>

#include "exact_objective.hpp"

namespace eigenflow::torture {

/// 64 bits: references of coupled modes, whose promises are 1e-10 and 1e-9.
using Real = long double;
using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;

/// What the gradient flow of T-18 sees of a noise level, or of the average over them: ω times the second moments of
/// F̂'s input c_in x and of 1, and ω times those with what F̂ is regressed on.
struct DenseMoments {
    Real second = 0, unit = 0, mean = 0, one = 0;           ///< of Σ + μμᵀ, I, μ, 1
    Real cross_second = 0, cross_unit = 0, cross_mean = 0;  ///< of Σ + μμᵀ, I, μ
};

/// Of a noise level (T-1).
DenseMoments moments_at(const ExactLevel& level);
/// ∫ dν over the noise levels of training.
DenseMoments average_moments(const ExactObjective& objective);

/// ω S̃ and ω C̃ as matrices.
struct DenseRegression {
    Matrix second;  ///< (d + 1) × (d + 1)
    Matrix cross;   ///< d × (d + 1)
};
DenseRegression regression_of(const DenseMoments& moments, const Vector& lambda, const Vector& mu);

/// The largest entry of the optimum [W* b*], which is a term of weights at any time.
Real optimum_size(const DenseMoments& moments, const Vector& lambda, const Vector& mu);

/// F with FᵀF = ω S̃: a row of deviations for every mode and two of means.
Matrix factor_of(const DenseMoments& moments, const Vector& lambda, const Vector& mu);

}  // namespace eigenflow::torture

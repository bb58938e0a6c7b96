#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace eigenflow::analysis {

/// KL(N(0, Λ̃) ‖ N(0, Λ)) = ½ Σ (λ̃/λ − 1 − ln(λ̃/λ))   (T-22)  [nats]
///
/// Summed as ½ Σ [x − ln(1 + x)], x = (λ̃ − λ)/λ; the naive form keeps no digit beyond ε/|x|.
/// Accuracy 32 ulp a mode for the λ̃ and λ given (test "T-22 kl ulp"). Cost: one logarithm a mode, a series for |x| < ½.
/// @param generated  λ̃ ≥ 0, one per mode  [data²]
/// @param target     λ ≥ 0, as many  [data²]
/// A mode with one of λ̃, λ at 0 has no common density: +∞. A mode with both at 0 adds nothing. A NaN or negative
/// variance (a failed row) gives NaN.
double kl_divergence(std::span<const double> generated, std::span<const double> target);

/// W2² = Σ (√λ̃ − √λ)²; returns W2   (T-22)  [data]
///
/// Summed as (λ̃ − λ)/(√λ̃ + √λ), which the difference of roots equals and rounds worse. Accuracy 8 ulp (test "T-22 w2
/// ulp"). Arguments as for kl_divergence; zeros are welcome, and NaN or negative gives NaN.
double wasserstein_distance(std::span<const double> generated, std::span<const double> target);

/// Distances between N(μ̃, C) and N(μ, diag λ), C not diagonal   (T-22).
struct GaussianDistance {
    double kl;           ///< ½ [tr(Λ⁻¹C) − d − ln det(Λ⁻¹C) + Σ (μ̃ − μ)²/λ]  [nats]
    double wasserstein;  ///< W2, W2² = |μ̃ − μ|² + tr(C + Λ − 2 (Λ^½ C Λ^½)^½)  [data]
};

/// @param covariance      C, d × d row-major, symmetric and positive semidefinite  [data²]
/// @param mean_deviation  μ̃ − μ, d  [data]
/// @param target          λ ≥ 0, d  [data²]
/// kl from the eigenvalues ε of Λ^−½ C Λ^−½ − 1 as ½ Σ [ε − ln(1 + ε)], which keeps the digits of small ones: accuracy
/// d² eps of the larger of kl and Σ|ε|. W2 as |(Λ − S) Λ^−½| with S = (Λ^½ C Λ^½)^½ where every λ > 0. A diagonal C
/// gives what kl_divergence and wasserstein_distance give, to rounding. A mode with λ = 0 and C_kk > 0, or a C that is
/// singular where Λ is not, has kl +∞; modes with both at 0 are left out. NaN or a negative C_kk gives NaN.
/// Cost: two symmetric eigenproblems, about 20 d³.
GaussianDistance gaussian_distance(std::span<const double> covariance, std::span<const double> mean_deviation,
                                   std::span<const double> target);

/// Standard errors of both, where C and μ̃ are the sample covariance and mean of n Gaussian vectors: to first order in
/// 1/n, Var f = 2/(n − 1) tr (∂f/∂C C)² + (∂f/∂μ̃)ᵀ C (∂f/∂μ̃)/n, with ∂KL/∂C = ½ (Λ⁻¹ − C⁻¹) and ∂W2²/∂C = 1 − Λ^½ S⁻¹
/// Λ^½.
///
/// Within 10 % of the scatter of simulated ensembles (test "T-22 standard errors"); where nothing but the ensemble's
/// own noise is left between the two, up to √2 too large. The bias of n samples is not an error of theirs: it is not in
/// it.
/// @param distance  what gaussian_distance() gives of the same
/// @param samples   n ≥ 2
/// NaN where a distance is not finite or is 0, or a λ is 0. Cost: a symmetric eigenproblem and a product.
GaussianDistance gaussian_distance_error(std::span<const double> covariance, std::span<const double> mean_deviation,
                                         std::span<const double> target, const GaussianDistance& distance,
                                         std::size_t samples);

/// Distances to N(μ, Σ), Σ not diagonal: those of gaussian_distance() in the frame of Σ, which is found once.
class GaussianTarget {
public:
    /// @param covariance  Σ, d × d, symmetric, finite and positive semidefinite  [data²]
    /// @param mean        μ, d  [data]
    GaussianTarget(std::span<const double> covariance, std::span<const double> mean);

    /// Cost: two matrix products, and gaussian_distance()'s.
    GaussianDistance from(std::span<const double> covariance, std::span<const double> mean) const;
    /// As gaussian_distance_error().
    GaussianDistance error_from(std::span<const double> covariance, std::span<const double> mean,
                                const GaussianDistance& distance, std::size_t samples) const;

private:
    struct Turned {
        std::vector<double> covariance, deviation;  // in the frame of Σ
    };
    Turned turned(std::span<const double> covariance, std::span<const double> mean) const;

    std::vector<double> frame_;  // eigenvectors of Σ, d × d by columns; empty where Σ is diagonal
    std::vector<double> variance_;
    std::vector<double> mean_;
};

}  // namespace eigenflow::analysis

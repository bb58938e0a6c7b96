#pragma once

#include <span>

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

}  // namespace eigenflow::analysis

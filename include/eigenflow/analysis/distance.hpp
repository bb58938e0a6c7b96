#pragma once

#include <span>

namespace eigenflow::analysis {

/// KL(N(0, Λ̃) ‖ N(0, Λ)) = ½ Σ (λ̃/λ − 1 − ln(λ̃/λ))   (T-22), summed stably near λ̃ = λ. Modes with λ = 0 have no
/// density: +∞ is returned as such.
double kl_divergence(std::span<const double> generated, std::span<const double> target);

/// W2² = Σ (√λ̃ − √λ)²; returns W2 (T-22)  [data].
double wasserstein_distance(std::span<const double> generated, std::span<const double> target);

}  // namespace eigenflow::analysis

#pragma once

#include "active_matrix.hpp"

namespace eigenflow::dynamics {

/// Buffers of exponential(), so that panels allocate nothing.
struct ExponentialScratch {
    ExponentialScratch() = default;
    ExponentialScratch(Eigen::Index size, Eigen::Index active);
    ActiveMatrix square;  ///< a²
    ActiveMatrix first, second, third, product;
};

/// out = e^a, a's mean diagonal entry taken out first, by a polynomial and, beyond its reach, scaling and squaring: the
/// Taylor polynomial of degree 8 in three products (Bader, Blanes, Casas 2019), or one that agrees with e^a to degree
/// 15 in four (its form is that of Sastre 2018). The remainder is below 3e-15 a step, by |a⁹| ≤ |a²|⁴ |a| and
/// |a¹⁶| ≤ |a²|⁸. θ = |a²|^½ is bounded by the Frobenius norm or, where that is too large, estimated by power
/// iterations: a 1-norm is √n too large for the random matrices that occur here, and would cost two or three squarings
/// more. Cost: 3 products for θ^(8/9) |a|^(1/9) ≤ 0.1, else 4 and log2(θ/0.88) squarings. a is spent: its mean is gone,
/// its scale may be.
void exponential(ActiveMatrix& a, ActiveMatrix& out, ExponentialScratch& scratch, MultiplyWork& work);

}  // namespace eigenflow::dynamics

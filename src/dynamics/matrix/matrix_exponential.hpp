#pragma once

#include "active_matrix.hpp"

namespace eigenflow::dynamics {

/// Buffers of exponential(), so that panels allocate nothing.
struct ExponentialScratch {
    ExponentialScratch() = default;
    ExponentialScratch(Eigen::Index size, Eigen::Index active);
    ActiveMatrix second, third, fourth, sum, product;
};

/// out = e^a, a's mean diagonal entry taken out first, by a polynomial and, beyond its reach, scaling and squaring: the
/// Taylor polynomial of degree 8 in three products (Bader, Blanes, Casas 2019), or one that agrees with e^a to degree
/// 15 in four (its form is that of Sastre 2018). The remainder is below 3e-15 a step, of a norm θ = |a²|^½ that the
/// Frobenius norm bounds or, where that is too large, power iterations estimate: a 1-norm is √n too large for the
/// random matrices that occur here, and would cost two or three squarings more. Cost: 3 products for θ ≤ 0.1, else 4
/// and log2(θ/0.88) squarings. a is spent: its mean is gone, its scale may be.
void exponential(ActiveMatrix& a, ActiveMatrix& out, ExponentialScratch& scratch, MultiplyWork& work);

}  // namespace eigenflow::dynamics

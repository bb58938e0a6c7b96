#pragma once

#include "active_matrix.hpp"

namespace eigenflow::dynamics {

/// Buffers of exponential(), so that panels allocate nothing.
struct ExponentialScratch {
    ExponentialScratch() = default;
    ExponentialScratch(Eigen::Index size, Eigen::Index active);
    ActiveMatrix argument, second, fourth, sum, product;
};

/// out = e^a, by scaling and squaring of the Taylor polynomial of degree 8 in three products (Bader, Blanes, Casas
/// 2019), a's mean diagonal entry taken out first. The scaling keeps the remainder, ≤ θ⁹/9!, below 3e-15 a step, with
/// θ an estimate of the 2-norm from three power iterations: a 1-norm is √n too large for the random matrices that occur
/// here, and would cost two or three squarings more.
/// Cost: 3 products and log2(|a|/0.1) squarings.
void exponential(const ActiveMatrix& a, ActiveMatrix& out, ExponentialScratch& scratch, MultiplyWork& work);

}  // namespace eigenflow::dynamics

#pragma once

#include <array>
#include <cstddef>

namespace eigenflow::numerics {

/// The Gauss–Legendre rule with N points on [−1, 1], N even: exact for polynomials up to degree 2N − 1.
///
/// With the integrand at the nodes, Σ even_tail[i] f(x_i) and Σ odd_tail[i] f(x_i) are its Legendre coefficients of
/// degree N − 2 and N − 1. For an analytic integrand they fall like r^n, so the rule's own error, of the order of the
/// coefficient of degree 2N, is about B²/F with B the larger of the two and F = max |f|: an error estimate without a
/// new evaluation.
template <std::size_t N>
struct GaussLegendre {
    static_assert(N % 2 == 0);
    static constexpr std::size_t size = N;
    std::array<double, N> nodes;
    std::array<double, N> weights;
    std::array<double, N> even_tail;
    std::array<double, N> odd_tail;
};

/// For N = 8 and 16.
template <std::size_t N>
const GaussLegendre<N>& gauss_legendre();

}  // namespace eigenflow::numerics

#pragma once

#include <array>
#include <cstddef>

namespace eigenflow::numerics {

/// The 16-point Gauss–Legendre rule on [−1, 1]: exact for polynomials up to degree 31.
///
/// With the integrand at the nodes, Σ tail_14[i] f(x_i) and Σ tail_15[i] f(x_i) are its Legendre coefficients of degree
/// 14 and 15. For an analytic integrand they fall like r^n, so the rule's own error, of the order of the coefficient of
/// degree 32, is about B²/F with B the larger of the two and F = max |f|: an error estimate without a new evaluation.
struct GaussLegendre16 {
    static constexpr std::size_t size = 16;
    std::array<double, size> nodes;
    std::array<double, size> weights;
    std::array<double, size> tail_14;
    std::array<double, size> tail_15;
};

const GaussLegendre16& gauss_legendre_16();

/// The same with 8 points, exact up to degree 15: the rule's error is of the order of the coefficient of degree 16.
struct GaussLegendre8 {
    static constexpr std::size_t size = 8;
    std::array<double, size> nodes;
    std::array<double, size> weights;
    std::array<double, size> tail_6;
    std::array<double, size> tail_7;
};

const GaussLegendre8& gauss_legendre_8();

}  // namespace eigenflow::numerics

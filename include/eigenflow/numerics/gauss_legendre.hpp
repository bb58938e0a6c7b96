#pragma once

#include <array>
#include <cstddef>

namespace eigenflow::numerics {

/// The Gauss–Legendre rule with N points on [−1, 1], N even: exact for polynomials up to degree 2N − 1.
///
/// With the integrand at the nodes, Σ even_tail[i] f(x_i) and Σ odd_tail[i] f(x_i) are its Legendre coefficients of
/// degree N − 2 and N − 1, Σ even_before[i] f(x_i) and Σ odd_before[i] f(x_i) those of degree N − 6 and N − 5: what
/// unresolved() needs.
template <std::size_t N>
struct GaussLegendre {
    static_assert(N % 2 == 0);
    static constexpr std::size_t size = N;
    std::array<double, N> nodes;
    std::array<double, N> weights;
    std::array<double, N> even_tail;
    std::array<double, N> odd_tail;
    std::array<double, N> even_before;
    std::array<double, N> odd_before;
};

/// For N = 8 and 16.
template <std::size_t N>
const GaussLegendre<N>& gauss_legendre();

/// Estimate of the error of the rule with 16 points on an interval, without a new evaluation: four times half of the
/// width times the coefficient of degree 32, which the error is about. That is guessed from the larger coefficient of
/// degree 14 and 15, B, as if the integrand were analytic on all of the interval, whose coefficients fall like r^n from
/// F = max |f|: B²/F; but not below (B − 2e-13 F)(B/A)³, B/A at most 1, with A the larger one of degree 10 and 11. The
/// coefficients of a front that is narrower than the interval, beside something smooth and much larger, fall on as
/// slowly as they did over the last four degrees; below 2e-13 F they are taken for rounding. (The cube is that of 12
/// more degrees and not of 17: a front's coefficients swing, and a power of 4 missed fronts of a tenth of the half
/// width.)
/// @param tail     B, in absolute value
/// @param before   A, in absolute value
/// @param largest  F, at the nodes
inline double unresolved(double half_width, double tail, double before, double largest) {
    constexpr double noise = 2e-13;  // weights of deep networks know 14 digits; less adds up to less than is promised
    const double analytic = tail * (tail / largest);
    const double fall = tail < before ? tail / before : 1.0;
    const double front = (tail - noise * largest) * (fall * fall * fall);
    const double guess = 4.0 * half_width * (front > analytic ? front : analytic);
    return largest > 0.0 ? guess : 0.0;
}

}  // namespace eigenflow::numerics

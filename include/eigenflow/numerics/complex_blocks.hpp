#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace eigenflow::numerics {

/// Eight numbers side by side: loops over them become one vector instruction, and no lane sees another.
inline constexpr std::size_t lanes = 8;
using Lanes = std::array<double, lanes>;

/// Eight complex C × C matrices side by side, row-major, real and imaginary parts apart.
template <std::size_t C>
struct ComplexBlocks {
    static constexpr std::size_t side = C;
    std::array<Lanes, C * C> re{};
    std::array<Lanes, C * C> im{};

    static ComplexBlocks identity() {
        ComplexBlocks one;
        for (std::size_t i = 0; i < C; ++i) one.re[i * C + i].fill(1.0);
        return one;
    }
    void add(double scale, const ComplexBlocks& b) {
        for (std::size_t e = 0; e < C * C; ++e) {
            for (std::size_t l = 0; l < lanes; ++l) re[e][l] += scale * b.re[e][l];
            for (std::size_t l = 0; l < lanes; ++l) im[e][l] += scale * b.im[e][l];
        }
    }
    void add_to_diagonal(double scalar) {
        for (std::size_t i = 0; i < C; ++i) {
            for (std::size_t l = 0; l < lanes; ++l) re[i * C + i][l] += scalar;
        }
    }
};

/// a b, and with `sign` −1 or 1 sum + sign a b.
template <std::size_t C>
void add_product(double sign, const ComplexBlocks<C>& a, const ComplexBlocks<C>& b, ComplexBlocks<C>& sum) {
    for (std::size_t i = 0; i < C; ++i) {
        for (std::size_t j = 0; j < C; ++j) {
            Lanes re{};
            Lanes im{};
            for (std::size_t k = 0; k < C; ++k) {
                const Lanes& ar = a.re[i * C + k];
                const Lanes& ai = a.im[i * C + k];
                const Lanes& br = b.re[k * C + j];
                const Lanes& bi = b.im[k * C + j];
                for (std::size_t l = 0; l < lanes; ++l) re[l] += ar[l] * br[l] - ai[l] * bi[l];
                for (std::size_t l = 0; l < lanes; ++l) im[l] += ar[l] * bi[l] + ai[l] * br[l];
            }
            for (std::size_t l = 0; l < lanes; ++l) sum.re[i * C + j][l] += sign * re[l];
            for (std::size_t l = 0; l < lanes; ++l) sum.im[i * C + j][l] += sign * im[l];
        }
    }
}
template <std::size_t C>
ComplexBlocks<C> product(const ComplexBlocks<C>& a, const ComplexBlocks<C>& b) {
    ComplexBlocks<C> ab;
    add_product(1.0, a, b, ab);
    return ab;
}

/// a b − b a
template <std::size_t C>
ComplexBlocks<C> commutator(const ComplexBlocks<C>& a, const ComplexBlocks<C>& b) {
    ComplexBlocks<C> ab = product(a, b);
    add_product(-1.0, b, a, ab);
    return ab;
}

/// Σ |a_ij|² of every lane.
template <std::size_t C>
Lanes squared_norm(const ComplexBlocks<C>& a) {
    Lanes sum{};
    for (std::size_t e = 0; e < C * C; ++e) {
        for (std::size_t l = 0; l < lanes; ++l) sum[l] += a.re[e][l] * a.re[e][l] + a.im[e][l] * a.im[e][l];
    }
    return sum;
}

/// e^a by scaling, Taylor's series of degree 12 in six products, and squaring. Accuracy: 20 eps e^‖a‖ (test
/// "exponential"); the number of squarings is that of the largest lane. NaN and infinity come through.
template <std::size_t C>
ComplexBlocks<C> exponential(ComplexBlocks<C> a) {
    // ‖a‖ ≤ 1/4: the first term left out is 4^−13/13! = 2e-18.
    const Lanes norms = squared_norm(a);
    const double norm = std::sqrt(*std::max_element(norms.begin(), norms.end()));
    int squarings = 0;
    if (norm > 0.25 && std::isfinite(norm)) squarings = static_cast<int>(std::ceil(std::log2(norm / 0.25)));
    squarings = std::min(squarings, 60);
    ComplexBlocks<C> x;
    x.add(std::ldexp(1.0, -squarings), a);
    const ComplexBlocks<C> x2 = product(x, x);
    const ComplexBlocks<C> x3 = product(x2, x);
    // Σ x^n/n! = b0 + x³ (b1 + x³ (b2 + x³ (b3 + x³/12!))), b_i = (1 + x/(3i+1) + x²/((3i+1)(3i+2)))/(3i)!
    ComplexBlocks<C> sum;
    constexpr std::array<double, 13> factorial = {1,     1,      2,       6,        24,        120,       720,
                                                  5040., 40320., 362880., 3628800., 39916800., 479001600.};
    sum.add_to_diagonal(1.0 / factorial[12]);
    for (std::size_t i = 4; i-- > 0;) {
        ComplexBlocks<C> next;
        next.add_to_diagonal(1.0 / factorial[3 * i]);
        next.add(1.0 / factorial[3 * i + 1], x);
        next.add(1.0 / factorial[3 * i + 2], x2);
        add_product(1.0, x3, sum, next);
        sum = next;
    }
    for (; squarings > 0; --squarings) sum = product(sum, sum);
    return sum;
}

/// exp Ω of the sixth-order Magnus step of dX/dx = A(x) X over one step h, from the Legendre coefficients of A there
/// (times h): A = (a0 + a1 P1 + a2 P2 + …)/h.
///
///     Ω = a0 + 1/240 [−20 α1 − α3 + [α1, α2], α2 − 1/60 [α1, 2 α3 + [α1, α2]]],   α1 = a0 − a2/2, α2 = 2 a1, α3 = 6 a2
///
/// Where A commutes with itself Ω = ∫A is exact. Local error O(h⁷) in the commutators.
/// Source: Blanes, Casas, Oteo, Ros, The Magnus expansion and some of its applications, 2009, eq. 253.
template <std::size_t C>
ComplexBlocks<C> magnus_step(const ComplexBlocks<C>& a0, const ComplexBlocks<C>& a1, const ComplexBlocks<C>& a2) {
    ComplexBlocks<C> alpha1 = a0;
    alpha1.add(-0.5, a2);
    ComplexBlocks<C> alpha2;
    alpha2.add(2.0, a1);
    const ComplexBlocks<C> c1 = commutator(alpha1, alpha2);
    ComplexBlocks<C> inner = c1;
    inner.add(12.0, a2);
    ComplexBlocks<C> right = alpha2;
    right.add(-1.0 / 60.0, commutator(alpha1, inner));
    ComplexBlocks<C> left = c1;
    left.add(-20.0, alpha1);
    left.add(-6.0, a2);
    ComplexBlocks<C> omega = a0;
    omega.add(1.0 / 240.0, commutator(left, right));
    return exponential(omega);
}

}  // namespace eigenflow::numerics

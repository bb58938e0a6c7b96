#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace eigenflow::numerics {

/// x_j = cos(πj/N) at [j], j = 0 … N: the points through which ChebyshevTransform interpolates. Those of N are the
/// even-numbered ones of 2N, to the last bit.
std::vector<double> chebyshev_points(std::size_t degree);

/// Coefficients c_n of the polynomial p(x) = Σ c_n T_n(x) of degree N through given values at chebyshev_points(N):
///
///     c_n = (2/N) Σ''_j f(x_j) cos(πnj/N),   halved at n = 0 and n = N     ('': first and last term halved)
///
/// A function that is analytic inside the ellipse with foci ±1 and half axes that add up to ρ has |c_n| ≤ 2 M ρ^−n,
/// and p differs from it by no more than twice the coefficients beyond N. Errors of the values are magnified by
/// lebesgue() at most.  Accuracy: N ε of the largest value.  Cost: N² a transform.
class ChebyshevTransform {
public:
    explicit ChebyshevTransform(std::size_t degree);  ///< N ≥ 4
    std::size_t size() const { return degree_ + 1; }
    /// value, coefficient: size() entries each, not overlapping
    void coefficients(std::span<const double> value, std::span<double> coefficient) const;
    /// 2 (|c_{N−2}| + |c_{N−1}| + |c_N|): more than the error of p where coefficients fall like 1.3^−n or faster, as
    /// those do that have lost 13 digits by N = 124.
    static double tail(std::span<const double> coefficient);
    /// Λ ≤ 1 + (2/π) ln N: max over [−1, 1] of the sum of the Lagrange polynomials' sizes.
    double lebesgue() const;

private:
    std::size_t degree_;
    std::vector<double> weights_;  // [n * size() + j]
};

/// Up to 16 points of [−1, 1], at which many series of one degree are summed. What a point gets depends on nothing but
/// its own x and the series.
class ChebyshevLane {
public:
    static constexpr std::size_t lanes = 16;
    using Sums = std::array<double, lanes>;
    ChebyshevLane(std::size_t degree, std::span<const double> x);
    /// sums[s][l] = Σ_n coefficients[s * (degree + 1) + n] T_n(x_l), for every s of `sums`; lanes without a point are
    /// sums at 0.  Accuracy: N² ε Σ |c_n|, which is what the recurrence may lose at x near ±1; 2 N ε Σ |c_n| where
    /// coefficients fall.  Cost: N multiply-adds a sum, four of them side by side.
    void sum(std::span<const double> coefficients, std::span<Sums> sums) const;

private:
    std::vector<Sums> polynomials_;  // T_n of every lane
};

}  // namespace eigenflow::numerics

#pragma once

#include <span>

namespace eigenflow::numerics {

/// The entire exponential integral  Ein(x) = ∫₀ˣ (1 − e⁻ᵗ)/t dt = γ + ln x + E1(x),  x ≥ 0   (T-12).
///
/// Accuracy ≤ 4 ulp for 0 ≤ x ≤ 1e300 (test "T-12 Ein ulp", against 60-digit arithmetic). Ein(0) = 0, Ein(∞) = ∞,
/// NaN for x < 0. Cost: one polynomial of degree 13 below x = 64, one logarithm above.
double ein(double x);

/// ein() of every entry, to the last bit.  out.size() == x.size(); the two may be the same. Cost with AVX-512: 1.2 ns
/// an entry where neighbours lie in one interval or are all above 64; in random order 3.8 ns, and 7 ns where all are
/// in [1, 64).
void ein(std::span<const double> x, std::span<double> out);

/// Ein(x) − Ein(y) for x, y ≥ 0 with an absolute error ≤ 2 ε (1 + min(Ein x, Ein y) + |Ein x − Ein y|), the smaller
/// being at most 4.74 = Ein(64): for larger arguments the difference is ln(x/y), which keeps the digits that
/// subtracting two logarithms loses (closed forms at ητ σ_T² ≫ 1).
double ein_difference(double x, double y);

}  // namespace eigenflow::numerics

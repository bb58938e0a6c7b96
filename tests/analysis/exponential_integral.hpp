#pragma once

namespace eigenflow::tests {

/// E1(x) = ∫ₓ^∞ e⁻ᵗ/t dt by Boost, whose header takes two seconds to compile: here it is compiled once.
double exponential_integral(double x);

}  // namespace eigenflow::tests

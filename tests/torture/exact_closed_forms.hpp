#pragma once

#include "exact.hpp"

namespace eigenflow::torture {

/// ∫₀ˣ (1 − e⁻ᵗ)/t dt: its power series up to x = 64, in 120 digits since terms reach e⁶⁴; γ + ln x + E1 above.
Exact exact_ein(const Exact& x);

/// ln λ̃ of T-12, T-13 (path ve from σ_T to σ_0) and T-14 (flow from 0 to 1).
Exact exact_one_layer(const Exact& lambda, const Exact& q, const Exact& eta_tau, const Exact& noise, const Exact& data);
Exact exact_symmetric(const Exact& lambda, const Exact& q, const Exact& eta_tau, const Exact& noise, const Exact& data);
Exact exact_one_layer_flow(const Exact& lambda, const Exact& q, const Exact& eta_tau);

}  // namespace eigenflow::torture

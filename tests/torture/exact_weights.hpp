#pragma once

#include <string>

#include "exact.hpp"

namespace eigenflow::torture {

/// A mode that trains alone: dw/dτ = −2ηω g(w) (h w − m), w(0) = Q   (T-2).
struct ExactMode {
    std::string architecture;
    int depth = 3;
    Exact gain = 1;       ///< N of a full convolution
    Exact imbalance = 0;  ///< c of a two-layer network
    Exact start;          ///< Q ≥ 0
    Exact eta_tau;
    Exact eta = 0;  ///< of gradient descent (one-layer, full-convolution); 0: gradient flow
};

/// h, m, ω of T-1, and the sum of the sizes of what m is the sum of: where aλ and s cancel, m has lost digits that its
/// terms have.
struct ExactMoments {
    Exact h, m, omega;
    Exact terms;  ///< ≥ |m|
};

struct ExactWeight {
    Exact value;
    Exact deviation;  ///< w − w*
};

/// T-3 … T-7, T-10.
ExactWeight exact_weight(const ExactMode& mode, const ExactMoments& of);

/// w(∞): w*, or 0 where layers can't get there: Q = 0 or m ≤ 0 of balanced ones.
Exact exact_limit(const ExactMode& mode, const ExactMoments& of);

/// T-6 for depth ≥ 3, by the antiderivative of the layers' own size y = ω̂^(1/L) over roots of unity, and Newton.
ExactWeight exact_deep_weight(int depth, const Exact& start, const Exact& h, const Exact& m, const Exact& progress);

/// By how much both change per relative change of what they are computed from: |∂/∂ln Q| + |∂/∂ln c| + |∂/∂ln ωητ| +
/// |∂/∂m| · terms, from differences in 50 digits.
struct ExactSlopes {
    Exact value, deviation;
};
ExactSlopes exact_slopes(const ExactMode& mode, const ExactMoments& of);

/// The same of the value, at the cost of nothing but it for layers of depth ≥ 3. There the flow's speed v and that it
/// is homogeneous give ∂w/∂ln τ = τ v(w), ∂w/∂ln Q = Q v(w)/v(Q) and |∂w/∂ln m| ≤ w + 2 |∂w/∂ln τ| + |∂w/∂ln Q|.
Exact exact_slope(const ExactMode& mode, const ExactMoments& of, const Exact& value);

/// c of two layers p, q with p q = Q after `residual` has added 1 to each:  (p + 1)² − (q + 1)² = c + 2(p − q).
Exact exact_residual_imbalance(const Exact& start, const Exact& imbalance);

}  // namespace eigenflow::torture

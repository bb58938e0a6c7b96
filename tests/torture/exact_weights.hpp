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

struct ExactWeight {
    Exact value;
    Exact deviation;  ///< w − w*
};

/// T-3 … T-7, T-10.
ExactWeight exact_weight(const ExactMode& mode, const Exact& h, const Exact& m, const Exact& omega);

/// T-6 for depth ≥ 3, by the antiderivative of the layers' own size y = ω̂^(1/L) over roots of unity, and Newton.
ExactWeight exact_deep_weight(int depth, const Exact& start, const Exact& h, const Exact& m, const Exact& progress);

}  // namespace eigenflow::torture

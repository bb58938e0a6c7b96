#include <cmath>

#include "eigenflow/dynamics/closed_forms.hpp"

// Trained for ever, a mode has its variance plus that of the last noise level, but for σ_T (T-15).
int main() {
    const double log_variance =
        eigenflow::dynamics::one_layer_log_variance(1.0, 0.1, 1e6, {.noise = 80.0, .data = 0.002});
    return std::abs(log_variance) < 1e-3 ? 0 : 1;
}

#include <cmath>

#include "path/paths.hpp"

namespace eigenflow::model {
namespace {

constexpr double beta_0 = 0.1;
constexpr double beta_1 = 20.0;

// With B = ∫₀ᵗ β:  a = e^(−B/2),  s = √(1 − e^(−B)) by expm1, not √(1 − a²): half the digits are lost near t = 0.
PathPoint point(double t, double integral) {
    const double a = std::exp(-0.5 * integral);
    const double s = std::sqrt(-std::expm1(-integral));
    const double da = -0.5 * (beta_0 + (beta_1 - beta_0) * t) * a;
    return {.t = t, .a = a, .s = s, .da = da, .ds = -a * da / s};
}

}  // namespace

// a = exp(−½ ∫₀ᵗ β), β(t) = β0 + (β1 − β0) t, s = √(1 − a²): DDPM's linear schedule in continuous time.
const NoisePath vp_linear_path = {
    .name = "vp-linear",
    .default_noise = 1.0,
    .default_data = 1e-3,
    .at = [](NoiseLevel t) { return point(t.value, beta_0 * t.value + 0.5 * (beta_1 - beta_0) * t.value * t.value); },
    .at_coordinate =
        [](double x) {
            const double integral = std::log1p(std::exp(2.0 * x));  // 1 + s²/a² = e^B
            const double root = std::sqrt(beta_0 * beta_0 + 2.0 * (beta_1 - beta_0) * integral);
            return point(2.0 * integral / (beta_0 + root), integral);
        },
    .initial_variance = [](NoiseLevel) { return 1.0; },
};

}  // namespace eigenflow::model

#include "path/paths.hpp"

#include <cmath>

namespace eigenflow::model {

// a = 1, s = σ = t: the variance-exploding path of EDM (arXiv 2206.00364). The probability flow is smooth in ln σ.
const NoisePath ve_path = {
    .name = "ve",
    .default_noise = 80.0,
    .default_data = 0.002,
    .at = [](NoiseLevel t) { return PathPoint{.a = 1.0, .s = t.value, .da = 0.0, .ds = 1.0}; },
    .initial_variance = [](NoiseLevel noise) { return noise.value * noise.value; },
    .coordinate = [](NoiseLevel t) { return std::log(t.value); },
    .level = [](double x) { return NoiseLevel(std::exp(x)); },
    .stretch = [](NoiseLevel t) { return t.value; },
};

}  // namespace eigenflow::model

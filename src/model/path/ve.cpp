#include <cmath>

#include "path/paths.hpp"

namespace eigenflow::model {
namespace {

PathPoint at(NoiseLevel t) { return {.t = t.value, .a = 1.0, .s = t.value, .da = 0.0, .ds = 1.0}; }

}  // namespace

// a = 1, s = σ = t: the variance-exploding path of EDM (arXiv 2206.00364).
const NoisePath ve_path = {
    .name = "ve",
    .default_noise = 80.0,
    .default_data = 0.002,
    .at = at,
    .at_coordinate = [](double x) { return at(NoiseLevel(std::exp(x))); },
    .initial_variance = [](NoiseLevel noise) { return noise.value * noise.value; },
};

}  // namespace eigenflow::model

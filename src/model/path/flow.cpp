#include <cmath>

#include "path/paths.hpp"

namespace eigenflow::model {

// a = t, s = 1 − t, from noise at t = 0 to data at t = 1: flow matching's straight path (arXiv 2210.02747).
const NoisePath flow_path = {
    .name = "flow",
    .default_noise = 0.0,
    .default_data = 1.0,
    .at = [](NoiseLevel t) { return PathPoint{.t = t.value, .a = t.value, .s = 1.0 - t.value, .da = 1.0, .ds = -1.0}; },
    .at_coordinate =
        [](double x) {
            const double a = 1.0 / (1.0 + std::exp(x));
            return PathPoint{.t = a, .a = a, .s = 1.0 / (1.0 + std::exp(-x)), .da = 1.0, .ds = -1.0};
        },
    .initial_variance = [](NoiseLevel) { return 1.0; },
};

}  // namespace eigenflow::model

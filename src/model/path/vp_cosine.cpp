#include <cmath>
#include <numbers>

#include "path/paths.hpp"

namespace eigenflow::model {
namespace {

constexpr double quarter = 0.5 * std::numbers::pi;

PathPoint point(double t, double a, double s) {
    return {.t = t, .a = a, .s = s, .da = -quarter * s, .ds = quarter * a};
}

}  // namespace

// a = cos(πt/2), s = sin(πt/2): the variance-preserving cosine path. a is the sine of 1 − t, which keeps its digits
// where it is small.
const NoisePath vp_cosine_path = {
    .name = "vp-cosine",
    .default_noise = 1.0 - 1e-6,
    .default_data = 1e-3,
    .at = [](NoiseLevel t) { return point(t.value, std::sin(quarter * (1.0 - t.value)), std::sin(quarter * t.value)); },
    .at_coordinate =
        [](double x) {
            const double ratio = std::exp(x);
            return point(std::atan(ratio) / quarter, 1.0 / std::hypot(1.0, ratio), 1.0 / std::hypot(1.0, 1.0 / ratio));
        },
    .initial_variance = [](NoiseLevel) { return 1.0; },
};

}  // namespace eigenflow::model

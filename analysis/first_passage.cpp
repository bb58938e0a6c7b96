#include <cmath>

#include "crossing.hpp"
#include "mode_curve.hpp"

namespace eigenflow::analysis {

double first_passage(const ModeCurve& curve, double level, Direction direction) {
    const auto reached = [&](double variance) {
        return direction == Direction::rising ? variance >= level : variance <= level;
    };
    if (curve.knots() < 2 || reached(curve.initial())) return std::nan("");
    for (std::size_t i = 1; i < curve.knots(); ++i) {
        if (reached(curve.variance[i])) return crossing_time(curve, i - 1, level);
    }
    return std::nan("");
}

}  // namespace eigenflow::analysis

#include "normal_tail.hpp"

#include <cmath>
#include <numbers>

namespace eigenflow::analysis {

NormalTail normal_tail(double z) {
    constexpr double root_half = 1.0 / std::numbers::sqrt2;
    constexpr double density = 0.5 * std::numbers::inv_sqrtpi * std::numbers::sqrt2;  // φ(0)
    const double log_density = -0.5 * z * z + std::log(density);
    if (z > 5.0) {
        // Laplace: z + 1/(z + 2/(z + 3/(z + …))); 30 terms reach rounding at z = 5. erfc(z) is 0 from z = 39 on.
        double hazard = z;
        for (int k = 30; k >= 1; --k) hazard = z + k / hazard;
        return {log_density - std::log(hazard), hazard};
    }
    const double tail = 0.5 * std::erfc(z * root_half);
    // ln of a probability near 1 from its complement
    const double log_tail = z < -1.0 ? std::log1p(-0.5 * std::erfc(-z * root_half)) : std::log(tail);
    return {log_tail, std::exp(log_density) / tail};
}

}  // namespace eigenflow::analysis

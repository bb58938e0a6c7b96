#include "eigenflow/analysis/distance.hpp"

#include <boost/math/special_functions/log1p.hpp>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>

namespace eigenflow::analysis {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_variance(double v) { return v >= 0.0; }  // false for NaN

/// x − ln(1 + x), x > −1. At |x| = ½ the plain difference still keeps all but 3 bits; below, the series in x².
double excess_over_log(double x) {
    if (std::isinf(x)) return infinity;  // λ̃/λ overflows; ∞ − ∞ would be NaN
    return std::abs(x) < 0.5 ? -boost::math::log1pmx(x) : x - std::log1p(x);
}

}  // namespace

double kl_divergence(std::span<const double> generated, std::span<const double> target) {
    assert(generated.size() == target.size());
    double sum = 0.0;
    for (std::size_t k = 0; k < target.size(); ++k) {
        const double l = generated[k], lambda = target[k];
        if (!is_variance(l) || !is_variance(lambda)) return nan;
        if (l == lambda) continue;
        if (l == 0.0 || lambda == 0.0) {
            sum = infinity;
            continue;
        }
        sum += excess_over_log((l - lambda) / lambda);  // x − ln(1+x)
    }
    return 0.5 * sum;
}

double wasserstein_distance(std::span<const double> generated, std::span<const double> target) {
    assert(generated.size() == target.size());
    double sum = 0.0;
    for (std::size_t k = 0; k < target.size(); ++k) {
        const double l = generated[k], lambda = target[k];
        if (!is_variance(l) || !is_variance(lambda)) return nan;
        if (l == lambda) continue;
        const double difference = (l - lambda) / (std::sqrt(l) + std::sqrt(lambda));  // √λ̃ − √λ
        sum += difference * difference;
    }
    return std::sqrt(sum);
}

}  // namespace eigenflow::analysis

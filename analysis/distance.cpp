#include "eigenflow/analysis/distance.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>

#include "eigenflow/numerics/exponential.hpp"

namespace eigenflow::analysis {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_variance(double v) { return v >= 0.0; }  // false for NaN

// A few modes at a time: buffers on the stack, and every loop short and of one kind, so that it is vectorised.
constexpr std::size_t lanes = 64;
using Lane = std::array<double, lanes>;

/// x − ln(1 + x) for |x| < ½: with t = x/(2 + x) it is x t − 2 t³ (1/3 + t²/5 + t⁴/7 + …), of which nothing cancels;
/// |t| ≤ 1/3, and the first term left out is 1e-17 of the sum.
void excesses_near_zero(const Lane& x, std::size_t count, Lane& excess) {
    constexpr int terms = 16;
    Lane t, square;
    for (std::size_t k = 0; k < count; ++k) t[k] = x[k] / (2.0 + x[k]);
    for (std::size_t k = 0; k < count; ++k) square[k] = t[k] * t[k];
    for (std::size_t k = 0; k < count; ++k) excess[k] = 1.0 / (2 * terms + 1);
    for (int n = terms - 1; n >= 1; --n) {
        const double of_n = 1.0 / (2 * n + 1);
        for (std::size_t k = 0; k < count; ++k) excess[k] = excess[k] * square[k] + of_n;
    }
    for (std::size_t k = 0; k < count; ++k) excess[k] = t[k] * (x[k] - 2.0 * square[k] * excess[k]);
}

/// The sum of x − ln(1 + x), x = (λ̃ − λ)/λ, over at most 64 modes, added to `sum` one by one.
double add_excesses(double sum, std::span<const double> generated, std::span<const double> target) {
    const std::size_t count = target.size();
    Lane x, logarithm, excess;
    for (std::size_t k = 0; k < count; ++k) x[k] = (generated[k] - target[k]) / target[k];
    for (std::size_t k = 0; k < count; ++k) logarithm[k] = generated[k] / target[k];
    numerics::logarithms(std::span(logarithm).first(count));
    excesses_near_zero(x, count, excess);
    for (std::size_t k = 0; k < count; ++k) {
        // At |x| = ½ the plain difference still keeps all but 3 bits. λ̃/λ may overflow; ∞ − ∞ would be NaN.
        const double plain = x[k] == infinity ? infinity : x[k] - logarithm[k];
        const double either = std::abs(x[k]) < 0.5 ? excess[k] : plain;
        excess[k] = generated[k] == target[k] ? 0.0 : either;  // both 0
    }
    for (std::size_t k = 0; k < count; ++k) sum += excess[k];
    return sum;
}

}  // namespace

double kl_divergence(std::span<const double> generated, std::span<const double> target) {
    assert(generated.size() == target.size());
    for (std::size_t k = 0; k < target.size(); ++k) {
        if (!is_variance(generated[k]) || !is_variance(target[k])) return nan;
    }
    double sum = 0.0;
    for (std::size_t first = 0; first < target.size(); first += lanes) {
        const std::size_t count = std::min(lanes, target.size() - first);
        sum = add_excesses(sum, generated.subspan(first, count), target.subspan(first, count));
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

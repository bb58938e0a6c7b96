#include "bootstrap.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "eigenflow/numerics/parallel.hpp"
#include "eigenflow/numerics/random.hpp"

namespace eigenflow::analysis {

namespace {

/// SplitMix64 (Steele, Lea, Flood 2014). Streams of consecutive numbers would start in arithmetic progression.
std::uint64_t scrambled(std::uint64_t n) {
    n += 0x9e3779b97f4a7c15ULL;
    n = (n ^ (n >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    n = (n ^ (n >> 27U)) * 0x94d049bb133111ebULL;
    return n ^ (n >> 31U);
}

void draw(const Points& from, numerics::RandomStream& random, Points& into) {
    const auto n = static_cast<std::uint32_t>(from.count());
    bool distinct = false;
    do {
        distinct = false;
        for (std::uint32_t i = 0; i < n; ++i) {
            const std::uint32_t j = random.below(n);
            into.log_variance[i] = from.log_variance[j];
            into.log_tau[i] = from.log_tau[j];
            distinct = distinct || into.log_variance[i] != into.log_variance[0];
        }
    } while (!distinct);
}

/// Quantile p of sorted values, linear between order statistics.
double quantile(std::span<const double> sorted, double p) {
    const double place = p * static_cast<double>(sorted.size() - 1);
    const auto i = static_cast<std::size_t>(place);
    if (i + 1 >= sorted.size()) return sorted.back();
    return sorted[i] + (place - static_cast<double>(i)) * (sorted[i + 1] - sorted[i]);
}

}  // namespace

Interval bootstrap_interval(const Points& points, const Estimator& estimator, const Estimate& full,
                            const BootstrapOptions& options, Threads threads) {
    constexpr std::size_t chunk = 16;  // resamples a task, so that buffers are allocated once in 16
    const auto resamples = static_cast<std::size_t>(options.resamples);
    std::vector<double> exponents(resamples);
    numerics::parallel_for((resamples + chunk - 1) / chunk, threads, [&](std::size_t task) {
        Points drawn = points;
        for (std::size_t r = task * chunk; r < std::min(resamples, (task + 1) * chunk); ++r) {
            numerics::RandomStream random(options.seed, scrambled((options.fit << 32U) | r));
            draw(points, random, drawn);
            exponents[r] = estimator.resampled_exponent(drawn, full);
        }
    });
    std::erase_if(exponents, [](double e) { return !std::isfinite(e); });
    if (exponents.empty()) return {};
    std::sort(exponents.begin(), exponents.end());
    const double tail = 0.5 * (1.0 - options.confidence);
    return {quantile(exponents, tail), quantile(exponents, 1.0 - tail)};
}

Interval student_interval(const Estimate& full, std::size_t points, double confidence) {
    if (points < 3 || !std::isfinite(full.exponent_se)) return {};
    const boost::math::students_t distribution(static_cast<double>(points - 2));
    const double half = boost::math::quantile(distribution, 0.5 + 0.5 * confidence) * full.exponent_se;
    return {full.exponent - half, full.exponent + half};
}

}  // namespace eigenflow::analysis

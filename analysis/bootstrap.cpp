#include "bootstrap.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numbers>

#include "eigenflow/numerics/parallel.hpp"
#include "resample_stream.hpp"

namespace eigenflow::analysis {

namespace {

/// Whether `wanted` different λ are among the modes. Cost: stops at the first mode that makes them complete.
bool has_different(std::span<const double> log_variance, int wanted) {
    double seen[3];  // the laws have up to three parameters
    int count = 0;
    for (const double x : log_variance) {
        if (std::find(seen, seen + count, x) != seen + count) continue;
        seen[count++] = x;
        if (count == wanted) return true;
    }
    return false;
}

/// As many modes as there are, censored ones among them if `with_censored`, drawn with replacement.
void draw(const Points& from, const Estimator& estimator, numerics::RandomStream& random, Points& into) {
    const std::size_t emerged = from.count(), all = emerged + (estimator.uses_censored ? from.censored() : 0);
    do {
        into.log_variance.clear();
        into.log_tau.clear();
        into.measurement_variance.clear();
        into.censored_log_variance.clear();
        into.censored_log_tau.clear();
        for (std::size_t i = 0; i < all; ++i) {
            const std::size_t j = random.below(static_cast<std::uint32_t>(all));
            if (j >= emerged) {
                into.censored_log_variance.push_back(from.censored_log_variance[j - emerged]);
                into.censored_log_tau.push_back(from.censored_log_tau[j - emerged]);
                continue;
            }
            into.log_variance.push_back(from.log_variance[j]);
            into.log_tau.push_back(from.log_tau[j]);
            if (!from.measurement_variance.empty()) into.measurement_variance.push_back(from.measurement_variance[j]);
        }
    } while (!has_different(into.log_variance, estimator.parameters));
}

/// Quantile p of sorted values, linear between order statistics.
double quantile(std::span<const double> sorted, double p) {
    const double place = p * static_cast<double>(sorted.size() - 1);
    const auto i = static_cast<std::size_t>(place);
    if (i + 1 >= sorted.size()) return sorted.back();
    return sorted[i] + (place - static_cast<double>(i)) * (sorted[i + 1] - sorted[i]);
}

double student_quantile(double degrees, double confidence) {
    return boost::math::quantile(boost::math::students_t(degrees), 0.5 + 0.5 * confidence);
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
            numerics::RandomStream random = resample_stream(options.seed, options.fit, r);
            draw(points, estimator, random, drawn);
            exponents[r] = estimator.resampled_exponent(drawn, full);
        }
    });
    std::erase_if(exponents, [](double e) { return !std::isfinite(e); });
    if (exponents.empty()) return {};
    std::sort(exponents.begin(), exponents.end());
    const auto n = static_cast<double>(points.count());
    const double degrees = n - estimator.parameters;
    const double reach = student_quantile(degrees, options.confidence) * std::sqrt(n / degrees);
    const double tail = 0.5 * std::erfc(reach / std::numbers::sqrt2);
    return {quantile(exponents, tail), quantile(exponents, 1.0 - tail)};
}

Interval student_interval(const Estimate& full, std::size_t points, int parameters, double confidence) {
    const double degrees = static_cast<double>(points) - parameters;
    if (degrees < 1.0 || !std::isfinite(full.exponent_se)) return {};
    const double half = student_quantile(degrees, confidence) * full.exponent_se;
    return {full.exponent - half, full.exponent + half};
}

}  // namespace eigenflow::analysis

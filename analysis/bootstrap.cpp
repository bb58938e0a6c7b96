#include "bootstrap.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numbers>

#include "eigenflow/numerics/parallel.hpp"
#include "estimators/resampler.hpp"
#include "resample_stream.hpp"

namespace eigenflow::analysis {

namespace {

/// Whether `wanted` different λ were drawn. Cost: stops at the first mode that makes them complete.
bool has_different(std::span<const double> log_variance, const double* counts, int wanted) {
    double seen[3];  // the laws have up to three parameters
    int found = 0;
    for (std::size_t i = 0; i < log_variance.size(); ++i) {
        if (counts[i] == 0.0 || std::find(seen, seen + found, log_variance[i]) != seen + found) continue;
        seen[found++] = log_variance[i];
        if (found == wanted) return true;
    }
    return false;
}

/// As many modes as there are, censored ones among them if the estimator uses them, drawn with replacement.
void draw(const Points& points, const Estimator& estimator, numerics::RandomStream& random, std::span<double> counts) {
    do {
        std::fill(counts.begin(), counts.end(), 0.0);
        for (std::size_t i = 0; i < counts.size(); ++i) {
            counts[random.below(static_cast<std::uint32_t>(counts.size()))] += 1.0;
        }
    } while (!has_different(points.log_variance, counts.data(), estimator.parameters));
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
    const auto resamples = static_cast<std::size_t>(options.resamples);
    const std::size_t modes = points.count() + (estimator.uses_censored ? points.censored() : 0);
    // resamples a task: their counts stay in the level 2 cache
    const std::size_t chunk = std::clamp<std::size_t>(65536 / modes, 1, 16);
    const auto resampler = estimator.resampler(points, full);
    std::vector<double> exponents(resamples);
    numerics::parallel_for((resamples + chunk - 1) / chunk, threads, [&](std::size_t task) {
        const std::size_t first = task * chunk, count = std::min(chunk, resamples - first);
        Eigen::ArrayXXd counts(static_cast<Eigen::Index>(modes), static_cast<Eigen::Index>(count));
        for (std::size_t r = 0; r < count; ++r) {
            numerics::RandomStream random = resample_stream(options.seed, options.fit, first + r);
            draw(points, estimator, random, std::span(counts.data() + r * modes, modes));
        }
        resampler->exponents(counts, std::span(exponents).subspan(first, count));
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

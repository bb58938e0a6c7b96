// The bootstrap's inner loop: resamples as counts, against the fits of points in which modes repeat.
#include "../../analysis/estimators/resampler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "../../analysis/estimators/censored_likelihood.hpp"
#include "../../analysis/estimators/floor_profile.hpp"
#include "../../analysis/estimators/normal_tail.hpp"
#include "../../analysis/estimators/scatter.hpp"
#include "../../analysis/estimators/soft_l1.hpp"
#include "analysis/synthetic_laws.hpp"
#include "long_double.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;
using numerics::RandomStream;

namespace {

struct Sample {
    Points points;
    Points repeated;         ///< as counted
    Eigen::ArrayXXd counts;  ///< one column; emerged modes, then censored ones
};

/// n modes of which `late` are censored, with a floor of λ_0, drawn with replacement.
/// @param error  measurement errors of ln τ* are 1 to 2.2 times this; 0: none
Sample sample(int n, int late, double floor, RandomStream& random, double error = 0.0) {
    Sample s;
    for (int i = 0; i < n; ++i) {
        const double lambda = std::pow(10.0, -3.0 * i / (n - 1.0));
        const double y = -std::log(lambda + floor) + 0.1 * random.normal();
        const bool censored = i >= n - late;
        (censored ? s.points.censored_log_variance : s.points.log_variance).push_back(std::log(lambda));
        (censored ? s.points.censored_log_tau : s.points.log_tau).push_back(censored ? 5.5 : y);
        if (!censored && error > 0.0) s.points.measurement_variance.push_back(error * error * (1 + i % 5));
    }
    s.points.censored_measurement_variance = s.repeated.censored_measurement_variance = 2.0 * error * error;
    s.counts = Eigen::ArrayXXd::Zero(n, 1);
    for (int i = 0; i < n; ++i) {
        const std::size_t j = random.below(static_cast<std::uint32_t>(n)), emerged = s.points.count();
        s.counts(static_cast<Eigen::Index>(j), 0) += 1.0;
        if (j < emerged) {
            s.repeated.log_variance.push_back(s.points.log_variance[j]);
            s.repeated.log_tau.push_back(s.points.log_tau[j]);
            if (error > 0.0) s.repeated.measurement_variance.push_back(s.points.measurement_variance[j]);
        } else {
            s.repeated.censored_log_variance.push_back(s.points.censored_log_variance[j - emerged]);
            s.repeated.censored_log_tau.push_back(s.points.censored_log_tau[j - emerged]);
        }
    }
    return s;
}

double resampled(const Estimator& estimator, const Sample& s, const Estimate& full) {
    double found = 0.0;
    estimator.resampler(s.points, full)->exponents(s.counts, {&found, 1});
    return found;
}

double worst_difference(const Estimator& estimator, int late, double floor, double error = 0.0) {
    RandomStream random(41);
    double worst = 0.0;
    for (int set = 0; set < 40; ++set) {
        const Sample s = sample(40, late, floor, random, error);
        const Estimate full = estimator.fit(s.points, 0.95), repeated = estimator.fit(s.repeated, 0.95);
        if (error > 0.0) REQUIRE(full.scatter == repeated.scatter);
        worst = tests::worse(worst, std::abs(resampled(estimator, s, full) - repeated.exponent));
    }
    return worst;
}

/// The same against `repeated(points, weights, s)`, where the scatter that all modes share is that of the full fit.
template <class Repeated>
double worst_beside_scatter(const Estimator& estimator, int late, const Repeated& repeated) {
    RandomStream random(59);
    double worst = 0.0;
    for (int set = 0; set < 40; ++set) {
        const Sample s = sample(40, late, 0.01, random, 0.03);
        const Estimate full = estimator.fit(s.points, 0.95);
        REQUIRE(full.scatter > 0.0);
        const double expected = repeated(s.repeated, weights_of(s.repeated, full.scatter), full.scatter);
        worst = tests::worse(worst, std::abs(resampled(estimator, s, full) - expected));
    }
    return worst;
}

}  // namespace

TEST_CASE("T-21 resampled with measurement errors that explain all scatter: counts give the fits of repeated modes") {
    CHECK(worst_difference(ols, 0, 0.0, 1.0) <= 1e-12);  // as without errors, weights apart
    CHECK(worst_difference(noise_floor, 0, 0.01, 1.0) <= 1e-6);
    CHECK(worst_difference(robust, 0, 0.01, 1.0) <= 1e-8);  // Ceres' optimum
    // The scale is kept at 1. Steps end at 1e-10 standard errors, which are 0.3 of α here.
    CHECK(worst_difference(censored_line, 12, 0.0, 1.0) <= 1e-10);
}

TEST_CASE("T-21 resampled with measurement errors beside scatter: both weigh the modes") {
    const auto line = [](const Points& p, const std::vector<double>& weights, double) {
        const Moments m = moments_of(p, weights);
        return -m.sxy / m.sxx;
    };
    CHECK(worst_beside_scatter(ols, 0, line) <= 1e-12);
    const auto with_floor = [](const Points& p, const std::vector<double>& weights, double) {
        return FloorProfile(p, weights).minimum(64).exponent;
    };
    CHECK(worst_beside_scatter(noise_floor, 0, with_floor) <= 1e-6);  // Brent's u has half the digits
    const auto soft = [](const Points& p, const std::vector<double>& weights, double) {
        std::vector<double> scales = weights;
        for (double& w : scales) w = 1.0 / std::sqrt(w);
        const Eigen::ArrayXd ones = Eigen::ArrayXd::Ones(static_cast<Eigen::Index>(p.count()));
        return SoftL1(p, scales, -2.0).minimum(ones, {.centre = -2.0, .level = 2.0, .exponent = 1.0}).exponent;
    };
    CHECK(worst_beside_scatter(robust, 0, soft) <= 1e-8);
    const auto likeliest = [](const Points& p, const std::vector<double>&, double scatter) {
        const CensoredLikelihood likelihood(p, {.centre = -2.0, .level = 2.0, .exponent = 0.9}, scatter);
        return likelihood.line(newton_maximum(likelihood, {0.0, 0.0, 1.0}, false).theta).exponent;
    };
    CHECK(worst_beside_scatter(censored_line, 12, likeliest) <= 1e-10);
}

// The story: of ten modes that have emerged and 120 that have not, one resample in a hundred has two different emerged
// ones. Their law is exact; at σ = 1e-9 the likelihood's second derivatives were rounding, of either sign, and its
// maximum was missed, or found where it was not.
TEST_CASE("T-21 resampled censored: two modes that have emerged are a line, and its exponent is found") {
    RandomStream random(97);
    std::size_t lines = 0;
    double worst = 0.0;
    for (int set = 0; set < 200; ++set) {
        Sample s = sample(130, 120, 0.0, random);
        s.counts.topRows(10) = 0.0;
        const std::size_t i = random.below(5), j = 5 + random.below(5);
        s.counts(static_cast<Eigen::Index>(i), 0) = 1.0 + random.below(2);
        s.counts(static_cast<Eigen::Index>(j), 0) = 1.0 + random.below(2);
        const std::vector<double>&x = s.points.log_variance, &y = s.points.log_tau;
        const double slope = (y[j] - y[i]) / (x[j] - x[i]);
        bool contradicted = false;
        for (std::size_t c = 0; c < 120; ++c) {
            s.points.censored_log_tau[c] = 0.3;
            const double predicted = y[i] + slope * (s.points.censored_log_variance[c] - x[i]);
            contradicted = contradicted || predicted < 0.31;
        }
        const double found = resampled(censored_line, s, censored_line.fit(s.points, 0.95));
        CHECK(std::isfinite(found));
        if (contradicted) continue;
        worst = tests::worse(worst, std::abs(found + slope) / std::max(1.0, std::abs(slope)));
        ++lines;
    }
    MESSAGE(lines << " lines, worst " << worst);
    CHECK(lines >= 50);
    CHECK(worst <= 1e-12);  // steps end at 1e-10 standard errors, which are 1e-5 of 0.1
}

TEST_CASE("T-21 resampled lines: counts give the fits of repeated modes") {
    CHECK(worst_difference(ols, 0, 0.0) <= 1e-13);  // a few roundings of numbers of order 1
    CHECK(worst_difference(ols_inverse, 0, 0.0) <= 1e-13);
}

TEST_CASE("T-21 resampled censored: counts give the likelihood's maximum for repeated modes") {
    // The last Newton step is below 1e-10 standard errors, which here are 0.02 of α; the fit starts elsewhere
    CHECK(worst_difference(censored_line, 12, 0.0) <= 1e-11);
}

TEST_CASE("T-21 resampled floor: counts give Ceres' optimum for repeated modes, inside and at either end") {
    // Ceres stops at 1e-15 of the sum of squares: the root of that of α, times the spread of α and λ_0 together
    CHECK(worst_difference(noise_floor, 0, 0.01) <= 1e-6);  // λ_0 inside
    CHECK(worst_difference(noise_floor, 0, 0.0) <= 1e-6);   // most often at 0
    RandomStream random(43);
    Sample s = sample(40, 0, 0.0, random);
    for (std::size_t i = 0; i < 40; ++i) s.points.log_tau[i] = -2.0 * std::exp(s.points.log_variance[i]);
    s.repeated.log_tau.clear();
    for (const double x : s.repeated.log_variance) s.repeated.log_tau.push_back(-2.0 * std::exp(x));
    double found = 0.0;  // an exponential law: λ_0 is the largest allowed, ten times the largest λ drawn
    noise_floor.resampler(s.points, {})->exponents(s.counts, {&found, 1});
    CHECK(found == doctest::Approx(noise_floor.fit(s.repeated, 0.95).exponent).epsilon(1e-9));
}

TEST_CASE("T-21 resampled floor: an exact law keeps its exponent") {
    RandomStream random(47);
    for (const double floor : {0.0, 0.003}) {
        Sample s = sample(30, 0, 0.0, random);
        for (std::size_t i = 0; i < 30; ++i) {
            s.points.log_tau[i] = 1.0 - 1.3 * std::log(std::exp(s.points.log_variance[i]) + floor);
        }
        double found = 0.0;
        noise_floor.resampler(s.points, {})->exponents(s.counts, {&found, 1});
        CHECK(found == doctest::Approx(1.3).epsilon(1e-9));  // 1e-12 of u, and rounding of ln τ* over its curvature
    }
}

TEST_CASE("T-21 resampled robust: counts are repeated modes") {
    RandomStream random(53);
    for (int set = 0; set < 40; ++set) {
        const Sample s = sample(40, 0, 0.01, random);
        const CentredLine start{.centre = -3.0, .level = 3.0, .exponent = 1.0};
        const std::vector<double> scales(40, 0.05);
        const auto n = static_cast<Eigen::Index>(40);
        const double counted = SoftL1(s.points, scales, -3.0).minimum(s.counts.col(0), start).exponent;
        const double repeated = SoftL1(s.repeated, scales, -3.0).minimum(Eigen::ArrayXd::Ones(n), start).exponent;
        CHECK(std::abs(counted - repeated) <= 1e-11);  // a step of Newton's below 1e-6 leaves its square
    }
}

TEST_CASE("normal tail: against erfc in long double from -30 to 30" * tests::needs_64_bits()) {
    std::vector<double> z;
    for (double at = -30.0; at <= 30.0; at += 0.0625) z.push_back(at);
    std::vector<double> log_probability(z.size()), hazard(z.size());
    normal_tails(z, log_probability, hazard);
    constexpr double eps = std::numeric_limits<double>::epsilon();
    double worst = 0.0;
    for (std::size_t i = 0; i < z.size(); ++i) {
        const long double x = static_cast<long double>(z[i]) / std::sqrt(2.0L);
        const long double other = 0.5L * std::erfc(-x), tail = 0.5L * std::erfc(x);
        const long double log_tail = z[i] < 0.0 ? std::log1p(-other) : std::log(tail);
        const long double density = std::exp(-x * x) / std::sqrt(2.0L * 3.14159265358979323846264338L);
        // the density's exponent −z²/2 rounds to half an ulp of itself where the density is what is wanted
        const double allowed = (16.0 + (z[i] < 0.0 ? 0.5 * z[i] * z[i] : 0.0)) * eps;
        const long double of_hazard = hazard[i] / (density / tail) - 1.0L;
        const long double of_log = log_probability[i] / log_tail - 1.0L;
        worst = tests::worse(worst, static_cast<double>(std::max(std::abs(of_hazard), std::abs(of_log))) / allowed);
    }
    CHECK(worst <= 1.0);
}

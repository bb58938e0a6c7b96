// Standard errors of τ* on sampled curves.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/numerics/random.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// One mode that rises from v0 to 1 at rate 1, estimated from n samples at each of the times.
Trajectories measured(std::vector<double> tau, double v0, double n) {
    Trajectories t;
    t.tau = std::move(tau);
    t.target = {1.0};
    for (const double at : t.tau) {
        t.variance.push_back(v0 - (1.0 - v0) * std::expm1(-at));
        t.standard_error.push_back(t.variance.back() * std::sqrt(2.0 / (n - 1.0)));
    }
    return t;
}

/// τ = 0 and `count` times, each `ratio` times the one before.
std::vector<double> times(double first, double ratio, int count) {
    std::vector<double> tau = {0.0};
    for (int i = 0; i < count; ++i) tau.push_back(first * std::pow(ratio, i));
    return tau;
}

Emergence emergence(const Trajectories& t, Criterion criterion, double smoothing) {
    return find_emergence(t, {.thresholds = {criterion}, .smoothing = smoothing}, Threads(1)).at(0);
}

/// √Σ (∂τ*/∂x_j se_j)² by central differences.
double standard_error_by_differences(const Trajectories& t, Criterion criterion, double smoothing, double step) {
    double sum = 0.0;
    for (std::size_t j = 0; j < t.times(); ++j) {
        Trajectories up = t, down = t;
        const double h = step * t.variance[j];
        up.variance[j] += h;
        down.variance[j] -= h;
        const double difference =
            emergence(up, criterion, smoothing).tau_star - emergence(down, criterion, smoothing).tau_star;
        const double part = difference / (2.0 * h) * t.standard_error[j];
        sum += part * part;
    }
    return std::sqrt(sum);
}

}  // namespace

TEST_CASE("T-21 se of tau* is the delta method's, whatever the interval, the criterion and the smoothing") {
    struct Case {
        std::vector<double> tau;
        double v0;
    };
    const std::vector<Case> cases = {
        {times(1e-3, 1.5, 30), 0.01},               // crossings between samples with neighbours on both sides
        {{0.0, 2.0, 3.0, 4.0}, 0.01},               // in the interval from τ = 0
        {{0.0, 0.05, 3.0, 4.0}, 0.01},              // next to it
        {{0.0, 0.01, 0.03, 3.0}, 0.01},             // in the last interval
        {{0.02, 0.05, 0.4, 0.5, 3.0, 9.0}, 0.001},  // no τ = 0, uneven
        {{0.01, 6.0}, 0.001},                       // two samples: a straight line
    };
    // Central differences: step² times the third derivative in ln λ̃, which the narrow cubics bring to 1e3 at most, and
    // 8 ε/step of rounding: 1e-7 and 2e-11.
    constexpr double step = 1e-5, tolerance = 1e3 * step * step;
    for (const Criterion criterion : {Criterion::geometric, Criterion::harmonic, Criterion::arithmetic}) {
        for (std::size_t c = 0; c < cases.size(); ++c) {
            for (const double smoothing : {0.0, 0.7}) {
                const Trajectories t = measured(cases[c].tau, cases[c].v0, 1000.0);
                const Emergence e = emergence(t, criterion, smoothing);
                REQUIRE(e.status == EmergenceStatus::emerged);
                CAPTURE(name_of(criterion));
                CAPTURE(c);
                CAPTURE(smoothing);
                const double expected = standard_error_by_differences(t, criterion, smoothing, step);
                CHECK(e.tau_star_se > 0.0);
                CHECK(std::abs(e.tau_star_se / expected - 1.0) <= tolerance);
            }
        }
    }
}

TEST_CASE("T-21 se of tau* is the scatter of tau* over replicates") {
    constexpr double n = 50'001.0;
    constexpr int replicates = 4000;
    const Trajectories truth = measured(times(1e-3, 1.5, 30), 0.01, n);
    for (const Criterion criterion :
         {Criterion::geometric, Criterion::harmonic, Criterion::arithmetic, Criterion::settling}) {
        for (const double smoothing : {0.0, 1.0}) {
            numerics::RandomStream random(20250306, static_cast<std::uint64_t>(criterion));
            double sum = 0.0, squares = 0.0, variances = 0.0;
            for (int r = 0; r < replicates; ++r) {
                Trajectories t = truth;
                for (std::size_t j = 0; j < t.times(); ++j) {
                    t.variance[j] += truth.standard_error[j] * random.normal();
                    t.standard_error[j] = t.variance[j] * std::sqrt(2.0 / (n - 1.0));  // what an experimenter has
                }
                const Emergence e = emergence(t, criterion, smoothing);
                sum += e.tau_star;
                squares += e.tau_star * e.tau_star;
                variances += e.tau_star_se * e.tau_star_se;
            }
            const double mean = sum / replicates;
            const double spread = std::sqrt(squares / replicates - mean * mean);
            const double standard_error = std::sqrt(variances / replicates);
            CAPTURE(name_of(criterion));
            CAPTURE(smoothing);
            CAPTURE(spread);
            CAPTURE(standard_error);
            // The spread of `replicates` normal numbers has a relative standard error of 1/√(2 replicates).
            CHECK(std::abs(standard_error / spread - 1.0) <= 4.0 / std::sqrt(2.0 * replicates));
        }
    }
}

TEST_CASE("T-21 no standard error: exact variances, no tau*, analytic curves") {
    Trajectories t = measured(times(1e-3, 1.5, 30), 0.01, 1000.0);
    CHECK(std::isfinite(emergence(t, Criterion::geometric, 0.0).tau_star_se));
    Trajectories early = measured({0.0, 1e-4, 1e-3}, 0.01, 1000.0);
    CHECK(emergence(early, Criterion::geometric, 0.0).status == EmergenceStatus::censored);
    CHECK(std::isnan(emergence(early, Criterion::geometric, 0.0).tau_star_se));
    t.standard_error[5] = missing;  // far from the crossing: no matter
    CHECK(std::isfinite(emergence(t, Criterion::arithmetic, 0.0).tau_star_se));
    t.standard_error.clear();
    CHECK(std::isnan(emergence(t, Criterion::geometric, 0.0).tau_star_se));
    t = measured(times(1e-3, 1.5, 30), 0.01, 1000.0);
    t.evaluate = [](std::size_t, std::span<const double> tau, std::span<double> variance) {
        std::transform(tau.begin(), tau.end(), variance.begin(),
                       [](double at) { return 0.01 - 0.99 * std::expm1(-at); });
    };
    CHECK(std::isnan(emergence(t, Criterion::geometric, 0.0).tau_star_se));
}

TEST_CASE("T-21 smoothing of samples leaves the initial value alone") {
    const Trajectories t = measured(times(1e-3, 1.5, 30), 0.01, 1000.0);
    const Emergence raw = emergence(t, Criterion::geometric, 0.0), smooth = emergence(t, Criterion::geometric, 2.0);
    CHECK(smooth.initial_variance == raw.initial_variance);
    CHECK(smooth.threshold == raw.threshold);
    CHECK(smooth.final_variance == raw.final_variance);
    CHECK(smooth.tau_star < raw.tau_star);  // a convex curve is smoothed upwards
}

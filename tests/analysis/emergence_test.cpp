// First passages on curves made up for the purpose.
#include "eigenflow/analysis/emergence.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "analysis/closed_form_curves.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;
using closed_form::tau_grid;
using closed_form::trajectories;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
// ln tau* carries the rounding of ln and exp of |ln tau*| < 32, and the curve's own few roundings.
constexpr double analytic_tolerance = 64.0 * std::numeric_limits<double>::epsilon();

double relative(double found, double expected) { return std::abs(found / expected - 1.0); }

Emergence one_mode(const Trajectories& t, EmergenceOptions options) {
    options.thresholds.resize(1);
    const auto rows = find_emergence(t, options, Threads(1));
    REQUIRE(rows.size() == 1);
    return rows[0];
}

/// One mode measured at given times.
Trajectories measured(std::vector<double> tau, std::vector<double> variance, double target) {
    Trajectories t;
    t.tau = std::move(tau);
    t.variance = std::move(variance);
    t.target = {target};
    return t;
}

/// Rises from v0 to λ as λ̃ = v0 + (λ − v0)(1 − e^(−rate τ)).
auto saturating(double v0, double rate) {
    return [=](double lambda, double tau) { return v0 - (lambda - v0) * std::expm1(-rate * tau); };
}

}  // namespace

TEST_CASE("T-21 thresholds are the means of v0 and target, and tau* is their first passage") {
    const double v0 = 0.01, lambda = 4.0, rate = 3.0;
    const Trajectories t = trajectories(saturating(v0, rate), {lambda}, tau_grid(1e-3, 1e3, 100));
    EmergenceOptions options;
    options.thresholds = {Criterion::geometric, Criterion::harmonic, Criterion::arithmetic};
    const auto rows = find_emergence(t, options, Threads(1));
    const double expected[] = {0.2, 2.0 * v0 * lambda / (v0 + lambda), 0.5 * (v0 + lambda)};
    for (std::size_t c = 0; c < 3; ++c) {
        CHECK(rows[c].criterion == options.thresholds[c]);
        CHECK(relative(rows[c].threshold, expected[c]) <= 1e-15);
        CHECK(rows[c].direction == Direction::rising);
        CHECK(rows[c].status == EmergenceStatus::emerged);
        // τ* = −ln(1 − (θ − v0)/(λ − v0))/rate, whose condition at the harmonic mean, θ − v0 = v0, is 2
        const double tau_star = -std::log1p(-(expected[c] - v0) / (lambda - v0)) / rate;
        CHECK(relative(rows[c].tau_star, tau_star) <= analytic_tolerance);
    }
}

TEST_CASE("T-21 the first of several crossings counts, and going past the end is an overshoot") {
    // ln λ̃ = ln v0 + 3 s + bump: crosses √(v0 λ) up, down and up again; s from 0 to 1 about τ = 1000.
    const auto twice = [](double, double tau) {
        const double bump = 4.0 * tau * std::exp(-tau), s = tau / (tau + 1000.0);
        return std::exp(bump + 2.0 * s);
    };
    const double lambda = std::exp(2.0);  // √(v0 λ) = e
    Trajectories t = trajectories(twice, {lambda}, tau_grid(1e-3, 1e6, 200));
    const Emergence e = one_mode(t, {});
    CHECK(e.status == EmergenceStatus::emerged);
    // The crossing solves 4 τ e^(−τ) + 2τ/(τ+1000) = 1 below the bump's top at τ = 1
    double tau = 0.3;
    for (int i = 0; i < 200; ++i) tau = (1.0 - 2.0 * tau / (tau + 1000.0)) * std::exp(tau) / 4.0;
    CHECK(relative(e.tau_star, tau) <= analytic_tolerance);
    CHECK_FALSE(e.overshoot);

    t = trajectories([&](double l, double at) { return std::exp(std::log(twice(l, at)) * 2.0); }, {std::exp(2.0)},
                     tau_grid(1e-3, 1e6, 200));
    t.limit = {std::exp(2.0)};
    CHECK(one_mode(t, {}).overshoot);  // the bump reaches e^2.9, the end lies at e^2
}

TEST_CASE("T-21 a crossing nine decades below the first training time is found") {
    const double first = 1e-3, rate = 1.0 / (1e-9 * first);
    const Trajectories t = trajectories(saturating(1e-6, rate), {1.0}, tau_grid(first, 1e5, 100));
    const Emergence e = one_mode(t, {});
    CHECK(e.status == EmergenceStatus::emerged);
    CHECK(relative(e.tau_star, -std::log1p(-(1e-3 - 1e-6) / (1.0 - 1e-6)) / rate) <= analytic_tolerance);
}

TEST_CASE("T-21 a grid of more than 308 decades is filled like any other") {
    // last/first is infinite: knots were appended without end.
    const Trajectories t = trajectories(saturating(1e-6, 1e250), {1.0}, {0.0, 1e-305, 1e305});
    const Emergence e = one_mode(t, {});
    CHECK(e.status == EmergenceStatus::emerged);
    // |ln tau*| is 583, of whose rounding tau* has 583 eps.
    CHECK(relative(e.tau_star, -std::log1p(-(1e-3 - 1e-6) / (1.0 - 1e-6)) * 1e-250) <= 20.0 * analytic_tolerance);
}

TEST_CASE("T-21 below the grid the first crossing is found on a curve that comes back") {
    // Falls to 1e-4 at τ ~ 1e-7, is back at 1 by the first grid point, and falls to 1e-6 for good at τ ~ 1.
    const auto dip = [](double lambda, double tau) {
        const double fast = tau / 1e-8, slow = tau / 1e-5;
        return std::pow(10.0, -4.0 * fast / (1.0 + fast) / (1.0 + slow * slow)) / (1.0 + tau * tau / lambda);
    };
    const Emergence e = one_mode(trajectories(dip, {1e-6}, tau_grid(1e-3, 1e5, 200)), {});
    CHECK(e.status == EmergenceStatus::emerged);
    CHECK(e.tau_star > 1e-8);  // 10^-3 needs 3/4 = fast/(1 + fast): τ ≈ 3e-8
    CHECK(e.tau_star < 4e-8);
    CHECK(relative(dip(1e-6, e.tau_star), 1e-3) <= analytic_tolerance);
}

TEST_CASE("T-21 a coarse grid is filled, so a narrow excursion between two of its points is seen") {
    const auto bump = [](double, double tau) {
        const double u = (std::log10(tau + 1e-300) - 0.5) / 0.15;
        return std::exp(2.0 * std::exp(-u * u));
    };
    const Trajectories t = trajectories(bump, {std::exp(2.0)}, {0.0, 1.0, 10.0, 100.0});
    const Emergence e = one_mode(t, {});
    CHECK(e.status == EmergenceStatus::emerged);
    CHECK(relative(e.tau_star, std::pow(10.0, 0.5 - 0.15 * std::sqrt(std::log(2.0)))) <= analytic_tolerance);
}

TEST_CASE("T-21 sampled powers of tau are interpolated exactly, whatever the samples") {
    // λ̃ = 1e-4 τ² from τ = 0.1 on: θ = √(1e-6 · 1) = 1e-3 at τ = √10
    const Emergence e = one_mode(measured({0.1, 0.7, 20.0, 100.0}, {1e-6, 1e-4 * 0.49, 1e-4 * 400.0, 1.0}, 1.0), {});
    CHECK(e.initial_variance == 1e-6);
    CHECK(relative(e.tau_star, std::sqrt(10.0)) <= analytic_tolerance);
}

TEST_CASE("T-21 in the interval that begins at tau = 0, ln variance is linear in tau") {
    // ln λ̃ = −τ ln 1e6 / 8 on [0, 4]; θ = √(1 · 1e-6) = 1e-3 at τ = 4
    const auto rows = find_emergence(measured({0.0, 5.0, 8.0}, {1.0, std::pow(1e-6, 5.0 / 8.0), 1e-6}, 1e-6),
                                     {.thresholds = {Criterion::geometric}}, Threads(1));
    CHECK(relative(rows[0].tau_star, 4.0) <= analytic_tolerance);
    CHECK(rows[0].direction == Direction::falling);
}

TEST_CASE("T-21 censored: not crossed by the last tau, with the limit beyond the threshold or unknown") {
    Trajectories t = trajectories(saturating(0.01, 1.0), {4.0}, tau_grid(1e-3, 1e-2, 20));  // τ* = 0.049
    CHECK(one_mode(t, {}).status == EmergenceStatus::censored);
    CHECK(std::isnan(one_mode(t, {}).tau_star));
    t.limit = {4.0};
    CHECK(one_mode(t, {}).status == EmergenceStatus::censored);
    CHECK(one_mode(measured({0.0, 1.0}, {0.1, 0.2}, 10.0), {}).status == EmergenceStatus::censored);
}

TEST_CASE("T-15 no crossing: a limit on the near side, a fixed point, a target or start of 0") {
    Trajectories t = trajectories(saturating(0.01, 1.0), {4.0}, tau_grid(1e-3, 1e-2, 20));
    t.limit = {0.15};  // θ = 0.2
    CHECK(one_mode(t, {}).status == EmergenceStatus::no_crossing);
    t.limit = {0.01};  // Q = 0 of tied layers
    CHECK(one_mode(t, {}).status == EmergenceStatus::no_crossing);
    CHECK(one_mode(measured({0.0, 1.0}, {0.1, 0.2}, 0.0), {}).status == EmergenceStatus::no_crossing);
    CHECK(one_mode(measured({0.0, 1.0}, {0.0, 0.2}, 1.0), {}).status == EmergenceStatus::no_crossing);
    // The arithmetic mean of 0 and λ is a level like any other.
    const Emergence half =
        one_mode(measured({0.0, 1.0, 3.0}, {0.0, 0.25, 0.75}, 1.0), {.thresholds = {Criterion::arithmetic}});
    CHECK(half.status == EmergenceStatus::emerged);
    CHECK(relative(half.tau_star, std::pow(3.0, std::log(2.0) / std::log(3.0))) <= analytic_tolerance);
}

TEST_CASE("T-15 the target may be the limit: threshold and gray zone follow it, target_variance stays the data's") {
    Trajectories t = trajectories(saturating(4e-6, 1.0), {5e-6}, tau_grid(1e-3, 1e2, 100));
    EmergenceOptions options{.thresholds = {Criterion::geometric}, .target = EmergenceTarget::limit};
    t.limit = {9e-6};
    const Emergence e = one_mode(t, options);
    CHECK(e.target_variance == 5e-6);
    CHECK(e.limit_variance == 9e-6);
    CHECK(relative(e.threshold, 6e-6) <= 1e-15);
    CHECK_FALSE(e.gray_zone);  // 4/9
    t.limit.clear();
    const Emergence unknown = one_mode(t, options);
    CHECK(unknown.status == EmergenceStatus::no_crossing);
    CHECK(std::isnan(unknown.threshold));
}

TEST_CASE("T-21 gray zone: inclusive at both ends, over every other status, with tau* where there is one") {
    const std::vector<double> tau = {0.0, 1.0};
    for (const double v0 : {0.5, 0.75, 2.0}) {
        const Emergence e = one_mode(measured(tau, {v0, 1.0}, 1.0), {});
        CHECK(e.gray_zone);
        CHECK(e.status == EmergenceStatus::gray_zone);
        CHECK(relative(e.tau_star, 0.5) <= analytic_tolerance);  // √(v0·1) is half-way in the logarithm
    }
    CHECK(one_mode(measured(tau, {0.5, 0.5}, 1.0), {}).status == EmergenceStatus::gray_zone);
    CHECK(std::isnan(one_mode(measured(tau, {0.5, 0.5}, 1.0), {}).tau_star));
    CHECK(std::isnan(one_mode(measured(tau, {1.0, 2.0}, 1.0), {}).tau_star));  // begins at its target
    CHECK_FALSE(one_mode(measured(tau, {std::nextafter(0.5, 0.0), 1.0}, 1.0), {}).gray_zone);
    CHECK_FALSE(one_mode(measured(tau, {std::nextafter(2.0, 3.0), 1.0}, 1.0), {}).gray_zone);
}

TEST_CASE("T-21 failed samples are skipped, and a mode without two finite ones has failed") {
    const Emergence bridged = one_mode(measured({0.0, 1.0, 2.0, 16.0}, {1e-4, 1e-3, missing, 1e-1}, 1.0), {});
    CHECK(relative(bridged.tau_star, 4.0) <= analytic_tolerance);  // 1e-2, half-way from 1 to 16 in the logarithm
    const Emergence ended = one_mode(measured({0.0, 1.0, 2.0}, {1e-4, 1e-3, missing}, 1.0), {});
    CHECK(ended.status == EmergenceStatus::censored);
    CHECK(ended.observed_until == 1.0);
    CHECK(std::isnan(ended.final_variance));
    const Emergence late = one_mode(measured({0.0, 1.0, 2.0, 8.0}, {missing, missing, 0.1, 10.0}, 10.0), {});
    CHECK(late.initial_variance == 0.1);  // the first valid sample
    CHECK(relative(late.tau_star, 4.0) <= analytic_tolerance);
    const std::vector<std::vector<double>> too_few = {
        {missing, 0.1, missing}, {0.1, missing, missing}, {missing, missing, missing}};
    for (const auto& variance : too_few) {
        const Emergence e = one_mode(measured({0.0, 1.0, 2.0}, variance, 10.0), {});
        CHECK(e.status == EmergenceStatus::failed);
        CHECK(std::isnan(e.tau_star));
    }
}

TEST_CASE("T-12 the non-monotone mode of THEORY overshoots on its way down, the monotone one does not") {
    const auto curve = [](double Q) { return [Q](double l, double tau) { return closed_form::one_layer(Q, l, tau); }; };
    const auto tau = tau_grid(1e-3, 1e5, 200);
    CHECK(one_mode(trajectories(curve(0.5), {0.01}, tau), {}).overshoot);
    CHECK_FALSE(one_mode(trajectories(curve(0.0), {0.01}, tau), {}).overshoot);
}

TEST_CASE("T-16 scaling tau scales tau* and nothing else") {
    const double c = 8.0;  // a power of two: the scaled grid is exact
    const auto grid = tau_grid(1e-3, 1e3, 100);
    std::vector<double> scaled = grid;
    for (double& t : scaled) t *= c;
    const Emergence a = one_mode(trajectories(saturating(0.01, 3.0), {4.0}, grid), {});
    const Emergence b = one_mode(trajectories(saturating(0.01, 3.0 / c), {4.0}, scaled), {});
    CHECK(relative(b.tau_star, c * a.tau_star) <= analytic_tolerance);
}

// The story: a table's λ̃(0), interpolated between modes, differed by 1.4e-13 from the curve's own; modes that begin at
// rest were followed through 40 decades.
TEST_CASE("T-21 below the grid a curve is at rest where it is within the rounding of its value at 0") {
    const auto curve = saturating(1e-80, 3.0);
    const auto evaluations = [&](double off) {
        Trajectories t = trajectories(curve, {4e-80}, tau_grid(1e-3, 1e3, 20));
        t.variance.front() *= 1.0 + off;
        std::size_t count = 0;
        t.evaluate = [&](std::size_t, std::span<const double> tau, std::span<double> variance) {
            count += tau.size();
            for (std::size_t i = 0; i < tau.size(); ++i) variance[i] = curve(4e-80, tau[i]);
        };
        CHECK(relative(one_mode(t, {}).tau_star, std::log(1.5) / 3.0) <= 1e-12);  // geometric: 2 v0
        return count;
    };
    CHECK(evaluations(1.4e-13) <= evaluations(0.0) + 6);  // a step of the root or two; 40 decades were 26 more
}

TEST_CASE("emergence has the same bytes for one and two threads") {
    const auto curve = [](double l, double tau) { return closed_form::one_layer(0.5, l, tau); };
    const Trajectories t = trajectories(curve, closed_form::log_space(1e-3, 1e2, 61), tau_grid(1e-3, 1e5, 40));
    EmergenceOptions options;
    options.thresholds = {Criterion::geometric, Criterion::settling};
    const auto one = find_emergence(t, options, Threads(1)), two = find_emergence(t, options, Threads(2));
    REQUIRE(one.size() == two.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        CHECK(std::bit_cast<std::uint64_t>(one[i].tau_star) == std::bit_cast<std::uint64_t>(two[i].tau_star));
        CHECK(one[i].status == two[i].status);
    }
}

TEST_CASE("criteria, rules, directions and statuses have the names of emergence.csv") {
    for (const std::string& name : criterion_names()) {
        const auto criterion = criterion_named(name);
        REQUIRE(criterion);
        CHECK(name_of(*criterion) == name);
    }
    CHECK(criterion_names() == std::vector<std::string>{"geometric", "harmonic", "arithmetic", "settling"});
    const auto unknown = criterion_named("geometrc");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == ErrorKind::usage);
    CHECK(unknown.error().message.find("geometric, harmonic, arithmetic, settling") != std::string::npos);
    for (const std::string& name : emergence_rule_names()) CHECK(name_of(*emergence_rule_named(name)) == name);
    const auto no_rule = emergence_rule_named("gird");
    REQUIRE_FALSE(no_rule);
    CHECK(no_rule.error().message == "there is no emergence rule 'gird': choose from crossing, grid.");
    CHECK(name_of(Direction::rising) == "rising");
    CHECK(name_of(Direction::falling) == "falling");
    CHECK(name_of(EmergenceStatus::gray_zone) == "gray-zone");
    CHECK(name_of(EmergenceStatus::no_crossing) == "no-crossing");
    CHECK(name_of(EmergenceStatus::failed) == "failed");
    CHECK(name_of(Direction::unknown).empty());
}

// Curves that go past their end: first and last crossings, and how far out they go.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "analysis/closed_form_curves.hpp"
#include "eigenflow/analysis/emergence.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;
using closed_form::tau_grid;
using closed_form::trajectories;

namespace {

constexpr double tolerance = 64.0 * std::numeric_limits<double>::epsilon();  // as for first passages

double relative(double found, double expected) { return std::abs(found / expected - 1.0); }

Emergence only(const Trajectories& t, Criterion criterion) {
    return find_emergence(t, {.thresholds = {criterion}}, Threads(1)).at(0);
}

/// λ̃ = e^(height x e^(1−x)), x = τ/place: from 1 to e^height at τ = place, and back.
auto bump(double height, double place) {
    return [=](double, double tau) { return std::exp(height * tau / place * std::exp(1.0 - tau / place)); };
}

Trajectories there_and_back(double height, double place) {
    Trajectories t = trajectories(bump(height, place), {std::exp(4.0 * height)}, tau_grid(1e-3, 1e5, 40));
    t.limit = {1.0};
    return t;
}

}  // namespace

TEST_CASE("overshoot: the extreme lies between the knots, its variance good to 1e-13 and its tau to 1e-6") {
    for (const double height : {3.0, 0.02, -3.0, -0.02}) {
        for (const double place : {0.37, 2e-4, 4e3}) {  // 2e-4: below the grid
            const Emergence e = only(there_and_back(height, place), Criterion::geometric);
            CAPTURE(height);
            CAPTURE(place);
            CHECK(e.overshoot);
            CHECK(relative(e.extreme_variance, std::exp(height)) <= 1e-13);
            CHECK(relative(e.extreme_tau, place) <= 1e-6);
        }
    }
}

TEST_CASE("overshoot: the extreme costs at most 30 evaluations") {
    const auto evaluations = [](double height) {
        std::size_t count = 0;
        Trajectories t = there_and_back(height, 0.37);
        t.evaluate = [&count, curve = bump(height, 0.37)](std::size_t, std::span<const double> tau,
                                                          std::span<double> variance) {
            count += tau.size();
            for (std::size_t i = 0; i < tau.size(); ++i) variance[i] = curve(0.0, tau[i]);
        };
        REQUIRE(find_emergence(t, {.thresholds = {Criterion::arithmetic}}, Threads(1)).size() == 1);
        return count;
    };
    const std::size_t without = evaluations(0.0099);  // the same knots, below 1 %
    const std::size_t cost = evaluations(0.0101) - without;
    CHECK(cost <= 30);
}

TEST_CASE("overshoot: 1 % decides, and a curve without one has no extreme") {
    CHECK_FALSE(only(there_and_back(0.0099, 0.37), Criterion::geometric).overshoot);
    const Emergence e = only(there_and_back(0.0, 0.37), Criterion::geometric);
    CHECK_FALSE(e.overshoot);
    CHECK(std::isnan(e.extreme_variance));
    CHECK(std::isnan(e.extreme_tau));
}

TEST_CASE("T-12 overshoot: the non-monotone mode of THEORY dips below its limit, and nowhere deeper than said") {
    const auto curve = [](double l, double tau) { return closed_form::one_layer(0.5, l, tau); };
    const Trajectories t = trajectories(curve, {0.01}, tau_grid(1e-3, 1e5, 200));
    const Emergence e = only(t, Criterion::settling);
    REQUIRE(e.overshoot);
    for (const double v : t.variance) {  // all values lie on one side of the extreme
        CHECK((e.extreme_variance < e.final_variance ? v >= e.extreme_variance : v <= e.extreme_variance));
    }
    CHECK(curve(0.01, e.extreme_tau) == e.extreme_variance);
}

TEST_CASE("overshoot of samples: the farthest sample; noise of less than 4 standard errors is none") {
    Trajectories t;
    t.tau = {0.0, 1.0, 2.0, 3.0, 4.0};
    t.target = {1.0};
    t.variance = {0.1, 0.8, 1.2, 1.0, 1.0};
    const Emergence exact = only(t, Criterion::geometric);
    CHECK(exact.overshoot);
    CHECK(exact.extreme_variance == 1.2);
    CHECK(exact.extreme_tau == 2.0);
    // The difference of 0.2 has the errors of both samples: 0.2 = 4 √2 · 0.03536
    t.standard_error = {0.036, 0.036, 0.036, 0.036, 0.036};
    CHECK_FALSE(only(t, Criterion::geometric).overshoot);
    t.standard_error = {0.035, 0.035, 0.035, 0.035, 0.035};
    CHECK(only(t, Criterion::geometric).overshoot);
}

TEST_CASE("T-21 first passage and last entry are both there, and the criterion says which is tau*") {
    // ln λ̃ = 2 s + bump: up through e at τ < 1, down again, and up for good; s = τ/(τ + 1000), to e^2.
    const auto twice = [](double, double tau) {
        return std::exp(4.0 * tau * std::exp(-tau) + 2.0 * tau / (tau + 1000.0));
    };
    Trajectories t = trajectories(twice, {std::exp(2.0)}, tau_grid(1e-3, 1e6, 200));
    const Emergence e = only(t, Criterion::geometric);  // √(1 · e²) = e
    CHECK(e.tau_star == e.first_passage);
    CHECK(e.first_passage < 1.0);
    CHECK(relative(twice(0.0, e.first_passage), std::numbers::e) <= tolerance);
    CHECK(relative(e.last_entry, 1000.0) <= tolerance);  // there the bump is e^-1000
    CHECK(only(t, Criterion::settling).tau_star == only(t, Criterion::settling).last_entry);

    t.limit = {std::exp(0.9)};  // what is past the threshold will come back
    CHECK(std::isnan(only(t, Criterion::geometric).last_entry));
    CHECK(only(t, Criterion::geometric).first_passage == e.first_passage);
}

TEST_CASE("T-21 settling: the first passage is the first entry into the band, or the way through it") {
    // Through the band at τ ~ 1, beyond it, and back at τ ~ 436.
    const auto over = [](double, double tau) {
        return 1.0 - 0.99 * std::exp(-tau) + 2.0 * tau / (tau + 1.0) / (1.0 + tau * tau / 1e4);
    };
    const Emergence e = only(trajectories(over, {1.0}, tau_grid(1e-3, 1e6, 100)), Criterion::settling);
    CHECK(e.first_passage < 1.0);
    CHECK(relative(over(0.0, e.first_passage), 0.9) <= tolerance);
    CHECK(relative(over(0.0, e.last_entry), 1.1) <= tolerance);

    Trajectories samples;
    samples.tau = {1.0, 4.0, 16.0};
    samples.target = {1.0};
    samples.variance = {0.4, 6.4, 102.4};  // λ̃ = 0.4 τ² leaps over the band
    const Emergence leap = only(samples, Criterion::settling);
    CHECK(relative(leap.first_passage, 1.5) <= tolerance);
    CHECK(leap.status == EmergenceStatus::censored);
    const auto on_grid =
        find_emergence(samples, {.thresholds = {Criterion::settling}, .rule = EmergenceRule::grid}, Threads(1));
    CHECK(std::isnan(on_grid.at(0).first_passage));
}

// `settling`: the last entry into target · [1 − b, 1 + b].
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "analysis/closed_form_curves.hpp"
#include "eigenflow/analysis/power_law.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;
using closed_form::tau_grid;
using closed_form::trajectories;

namespace {

constexpr double tolerance = 64.0 * std::numeric_limits<double>::epsilon();  // as for first passages

double relative(double found, double expected) { return std::abs(found / expected - 1.0); }

Emergence settle(const Trajectories& t, double band = 0.1) {
    return find_emergence(t, {.thresholds = {Criterion::settling}, .settling_band = band}, Threads(1)).at(0);
}

/// λ̃ = λ (1 − e^(−τ) (1 − 1/100)): rises from λ/100.
double rising(double lambda, double tau) { return lambda * (1.0 - 0.99 * std::exp(-tau)); }

}  // namespace

TEST_CASE("T-21 settling is the last entry into the band") {
    const Emergence e = settle(trajectories(rising, {2.0}, tau_grid(1e-3, 1e3, 100)));
    CHECK(e.status == EmergenceStatus::emerged);
    CHECK(e.threshold == 2.0);
    // 0.99 e^(−τ) = 0.1; λ̃ is flat there (d ln λ̃/d ln τ = 0.25), so its roundings count four times
    CHECK(relative(e.tau_star, std::log(9.9)) <= tolerance);
}

TEST_CASE("T-21 settling waits for a curve that leaves the band again") {
    // Up through the band at τ ~ 1, beyond it, and back from above at τ ~ 100: 1 + 100/τ² style tail
    const auto overshooting = [](double lambda, double tau) {
        return lambda * (rising(1.0, tau) + 2.0 * tau / (tau + 1.0) / (1.0 + tau * tau / 1e4));
    };
    const Emergence e = settle(trajectories(overshooting, {1.0}, tau_grid(1e-3, 1e6, 100)));
    CHECK(e.status == EmergenceStatus::emerged);
    CHECK(e.tau_star > 400.0);  // 2/(1 + τ²/1e4) ≈ 0.1 at τ ≈ 436
    CHECK(relative(overshooting(1.0, e.tau_star), 1.1) <= tolerance);
    CHECK(e.overshoot);
}

TEST_CASE("T-21 a curve that fails between the grid's times, where it settles, has failed") {
    const std::vector<double> grid = tau_grid(1e-3, 1e3, 40);
    Trajectories t = trajectories(rising, {2.0}, grid);
    t.evaluate = [grid](std::size_t, std::span<const double> tau, std::span<double> variance) {
        for (std::size_t i = 0; i < tau.size(); ++i) {
            const bool knot = std::find(grid.begin(), grid.end(), tau[i]) != grid.end();
            variance[i] = knot ? rising(2.0, tau[i]) : std::numeric_limits<double>::quiet_NaN();
        }
    };
    const Emergence e = settle(t);
    CHECK(e.status == EmergenceStatus::failed);
    CHECK(std::isnan(e.tau_star));
}

TEST_CASE("T-21 settling on samples interpolates the entry") {
    Trajectories t;
    t.tau = {1.0, 4.0, 16.0};
    t.target = {1.0};
    t.variance = {1.0 / 0.9 * 0.9 / 10.0, 0.9, 0.95};
    CHECK(relative(settle(t).tau_star, 4.0) <= tolerance);
    t.variance = {16.0, 4.0, 1.0};  // from above: 16/τ reaches 1.1
    CHECK(relative(settle(t).tau_star, 16.0 / 1.1) <= tolerance);
}

TEST_CASE("T-21 settling before the first training time is found") {
    const auto fast = [](double lambda, double tau) { return rising(lambda, 1e9 * tau); };
    CHECK(relative(settle(trajectories(fast, {1.0}, tau_grid(1e-3, 1e3, 100))).tau_star, 1e-9 * std::log(9.9)) <=
          tolerance);
}

TEST_CASE("T-15 a mode outside the band at the end is censored, or never settles if its limit lies outside") {
    Trajectories t = trajectories(rising, {1.0}, tau_grid(1e-3, 1.0, 50));
    CHECK(settle(t).status == EmergenceStatus::censored);
    t.limit = {1.05};
    CHECK(settle(t).status == EmergenceStatus::censored);
    t.limit = {0.85};
    CHECK(settle(t).status == EmergenceStatus::no_crossing);
    t = trajectories(rising, {1.0}, tau_grid(1e-3, 10.0, 50));
    t.limit = {1.5};  // in the band at the last τ, on its way through
    CHECK(settle(t).status == EmergenceStatus::no_crossing);
    CHECK(std::isnan(settle(t).tau_star));
}

TEST_CASE("T-21 exponents of settling into the limit: 0.972, 0.971, 0.966, 0.963, 0.9998 for Q = 0 … 1") {
    // One-layer, 20 modes from 1e-3 to 1e2. These numbers pool rising and falling modes, and leave no gray zone out.
    const double published[][2] = {{0.0, 0.972}, {0.1, 0.971}, {0.5, 0.966}, {0.6, 0.963}, {1.0, 0.9998}};
    for (const auto& row : published) {
        const double Q = row[0], exponent = row[1];
        const auto curve = [Q](double l, double tau) { return closed_form::one_layer(Q, l, tau); };
        Trajectories t = trajectories(curve, closed_form::log_space(1e-3, 1e2, 20), tau_grid(1e-3, 1e5, 200));
        for (const double lambda : t.target) t.limit.push_back(closed_form::ve_limit(lambda));
        auto rows =
            find_emergence(t, {.thresholds = {Criterion::settling}, .target = EmergenceTarget::limit}, Threads(2));
        for (Emergence& e : rows) {
            e.direction = Direction::rising;
            e.status = EmergenceStatus::emerged;
        }
        const auto laws = fit_power_laws(rows, {.estimators = {"ols"}, .bootstrap = 0}, Threads(1));
        REQUIRE(laws.size() == 1);
        CHECK(laws[0].modes == 20);
        CAPTURE(Q);
        CHECK(std::abs(laws[0].exponent - exponent) <= (Q == 1.0 ? 0.5e-4 : 0.5e-3));  // half of the last digit printed
    }
}

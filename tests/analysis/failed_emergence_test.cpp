// What emergence says of modes whose variance could not be computed, everywhere or somewhere.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "analysis/closed_form_curves.hpp"
#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/analysis/power_law.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Rises from 0.01 to 4 as 4 − 3.99 e^(−τ), and fails for low < τ < high.
Trajectories failing(double low, double high) {
    const auto curve = [=](double lambda, double tau) {
        return tau > low && tau < high ? missing : 0.01 - (lambda - 0.01) * std::expm1(-tau);
    };
    return closed_form::trajectories(curve, {4.0}, closed_form::tau_grid(1e-3, 1e3, 100));
}

Emergence one_mode(const Trajectories& t, EmergenceOptions options) {
    options.thresholds.resize(1);
    return find_emergence(t, options, Threads(1)).front();
}

}  // namespace

// Twelve modes whose variance at τ = 0 was beyond the doubles were said never to cross.
TEST_CASE("T-21 a mode whose start or every variance failed has failed, and knows no direction") {
    for (const Trajectories& t : {failing(-1.0, 1e-9), failing(-1.0, 1e9)}) {
        const Emergence e = one_mode(t, {});
        CHECK(e.status == EmergenceStatus::failed);
        CHECK(e.direction == Direction::unknown);
        CHECK((std::isnan(e.initial_variance) && std::isnan(e.threshold) && std::isnan(e.tau_star)));
        CHECK_FALSE(e.gray_zone);
    }
    const Emergence start_only = one_mode(failing(0.0, 1e9), {});
    CHECK(start_only.status == EmergenceStatus::failed);
    CHECK(start_only.direction == Direction::rising);
    CHECK(start_only.observed_until == 0.0);
}

TEST_CASE("T-15 a limit that failed is no target to emerge towards") {
    Trajectories t = failing(-2.0, -1.0);
    t.limit = {missing};
    CHECK(one_mode(t, {}).status == EmergenceStatus::emerged);
    const Emergence e = one_mode(t, {.target = EmergenceTarget::limit});
    CHECK(e.status == EmergenceStatus::failed);
    CHECK(e.direction == Direction::unknown);
}

TEST_CASE("T-21 a variance that failed before the crossing hides it, one that failed later does not") {
    const double whole = one_mode(failing(-2.0, -1.0), {}).tau_star;  // 0.049
    for (const EmergenceRule rule : {EmergenceRule::crossing, EmergenceRule::grid}) {
        const EmergenceOptions options{.rule = rule};
        for (const auto& [low, high] : {std::pair(2e-3, 1e-2), std::pair(0.03, 0.08)}) {
            const Emergence hidden = one_mode(failing(low, high), options);
            CHECK(hidden.status == EmergenceStatus::failed);
            CHECK((std::isnan(hidden.tau_star) && std::isnan(hidden.first_passage)));
            CHECK(hidden.threshold > 0.0);
            CHECK(hidden.observed_until == 1e3);
        }
        const Emergence later = one_mode(failing(1.0, 10.0), options);
        CHECK(later.status == EmergenceStatus::emerged);
        CHECK(later.tau_star == one_mode(failing(-2.0, -1.0), options).tau_star);
        CHECK(std::isnan(later.last_entry));  // it may have gone back
        CHECK(one_mode(failing(2e-3, 1e-2), options).last_entry > 0.04);
    }
    const Emergence lost = one_mode(failing(0.01, 1e9), {});
    CHECK(lost.status == EmergenceStatus::censored);
    CHECK(lost.observed_until < whole);
}

TEST_CASE("T-21 a simulated ensemble has no curve between its samples, and fails where they did") {
    Trajectories t = failing(-1.0, 2e-3);
    t.evaluate = nullptr;
    CHECK(one_mode(t, {}).status == EmergenceStatus::emerged);  // measured, from the first sample
    CHECK(one_mode(t, {.simulated = true}).status == EmergenceStatus::failed);
    t = failing(2e-3, 1e-2);
    t.evaluate = nullptr;
    CHECK(one_mode(t, {}).status == EmergenceStatus::emerged);
    CHECK(one_mode(t, {.simulated = true}).status == EmergenceStatus::failed);
}

TEST_CASE("T-21 settling is hidden by what failed after the last entry") {
    const EmergenceOptions options{.thresholds = {Criterion::settling}};  // τ* = 2.3
    CHECK(one_mode(failing(0.01, 0.1), options).status == EmergenceStatus::emerged);
    CHECK(one_mode(failing(1.0, 10.0), options).status == EmergenceStatus::failed);
    CHECK(one_mode(failing(10.0, 100.0), options).status == EmergenceStatus::failed);
    Trajectories short_run = failing(0.01, 0.1);
    short_run.tau = {0.0, 0.05, 1.0};  // not yet in the band
    short_run.variance = {0.01, missing, 4.0 - 3.99 * std::exp(-1.0)};
    CHECK(one_mode(short_run, options).status == EmergenceStatus::censored);
}

TEST_CASE("T-21 failed modes are left out of the law, and its note counts them") {
    std::vector<Emergence> rows;
    for (std::size_t k = 0; k < 10; ++k) {
        const double lambda = std::pow(0.5, static_cast<double>(k));
        rows.push_back(
            {.mode = k, .target_variance = lambda, .status = EmergenceStatus::emerged, .tau_star = 1.0 / lambda});
    }
    Emergence failed = rows.back();
    failed.status = EmergenceStatus::failed;
    for (const Direction direction : {Direction::unknown, Direction::unknown, Direction::rising, Direction::falling}) {
        failed.direction = direction;
        rows.push_back(failed);
    }
    const auto laws = fit_power_laws(rows, {.estimators = {"ols"}, .bootstrap = 0}, Threads(1));
    REQUIRE(laws.size() == 1);  // none has emerged that falls
    CHECK(laws[0].modes == 10);
    CHECK(laws[0].censored == 0);
    CHECK(std::abs(laws[0].exponent - 1.0) <= 1e-12);
    CHECK(laws[0].note == "3 modes failed and are left out");

    const std::vector<Emergence> none(rows.begin() + 10, rows.end());
    const auto silent = fit_power_laws(none, {.estimators = {"ols"}, .bootstrap = 0}, Threads(1));
    REQUIRE(silent.size() == 2);
    for (const PowerLaw& law : silent) {
        CHECK(law.note ==
              "no mode emerged: 0 censored by the last tau, 0 in the gray zone, 0 without a crossing, 3 failed");
    }
}

#include "eigenflow/analysis/comparison.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "synthetic_laws.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

RunResult run_of(std::vector<Emergence> rows) {
    for (std::size_t k = 0; k < rows.size(); ++k) rows[k].mode = k;
    auto laws = fit_power_laws(rows, {.bootstrap = 0}, Threads(1));
    return {"run", std::move(rows), std::move(laws)};
}

}  // namespace

TEST_CASE("comparison: two exact laws differ by their exponents, and in time by their prefactors") {
    numerics::RandomStream random(1);
    const std::vector<RunResult> runs = {run_of(synthetic::law(20, 3.0, 2.0, 1.0, 0.0, random)),
                                         run_of(synthetic::law(20, 3.0, 6.0, 1.25, 0.0, random))};
    const Comparison c = compare_runs(runs, 0.95);
    REQUIRE(c.paired.size() == 1);
    CHECK(c.paired[0].modes == 20);
    // ln τ* of size 10 to 64 ε, over a spread of ln λ of 2.
    CHECK(std::abs(c.paired[0].difference - 0.25) <= 64.0 * eps * 10.0);
    CHECK(c.paired[0].differ);
    REQUIRE(c.exponents.size() == 1);
    CHECK(std::abs(c.exponents[0].difference - 0.25) <= 64.0 * eps * 10.0);
    for (const TimeRatio& t : c.times) {
        const double expected = 3.0 * std::pow(t.reference_variance, -0.25);
        CHECK(std::abs(t.ratio / expected - 1.0) <= 16.0 * eps);
        CHECK(std::isnan(t.ratio_se));
    }
}

// Over 2000 pairs of noisy runs with one exponent, "differ" at 95 % must come in 5 % of them: within 4 standard errors
// of a binomial.
TEST_CASE("comparison: the paired test has its level, also where both runs bend alike") {
    numerics::RandomStream random(2);
    constexpr int pairs = 2000;
    int differ = 0;
    for (int i = 0; i < pairs; ++i) {
        auto a = synthetic::law(16, 2.0, 1.0, 1.0, 0.1, random);
        auto b = synthetic::law(16, 2.0, 3.0, 1.0, 0.1, random);
        for (std::size_t k = 0; k < a.size(); ++k) {
            const double bend = std::exp(0.5 * std::pow(std::log(a[k].target_variance), 2));
            a[k].tau_star *= bend;
            b[k].tau_star *= bend;
        }
        differ += compare_runs(std::vector{run_of(a), run_of(b)}, 0.95).paired.at(0).differ ? 1 : 0;
    }
    const double level = static_cast<double>(differ) / pairs;
    CHECK(std::abs(level - 0.05) <= 4.0 * std::sqrt(0.05 * 0.95 / pairs));
}

// τ* of the run is 1/5 of the reference's, times errors of 0.2 in ln τ*: over 2000 pairs the interval of 95 % holds 5
// in 95 % of them, within 4 standard errors of a binomial.
TEST_CASE("comparison: the effective learning rate is held by its interval") {
    numerics::RandomStream random(5);
    constexpr int pairs = 2000;
    int held = 0;
    for (int i = 0; i < pairs; ++i) {
        const auto a = synthetic::law(12, 2.0, 5.0, 1.2, 0.0, random);
        const auto b = synthetic::law(12, 2.0, 1.0, 1.2, 0.2, random);
        const EffectiveRate rate = compare_runs(std::vector{run_of(a), run_of(b)}, 0.95).rates.at(0);
        held += rate.rate_low <= 5.0 && rate.rate_high >= 5.0 ? 1 : 0;
    }
    CHECK(std::abs(static_cast<double>(held) / pairs - 0.95) <= 4.0 * std::sqrt(0.05 * 0.95 / pairs));
}

TEST_CASE("comparison: modes are paired by number, and only where both emerged the same way") {
    numerics::RandomStream random(3);
    auto a = synthetic::law(10, 2.0, 1.0, 1.0, 0.0, random);
    auto b = a;
    b[2].status = EmergenceStatus::censored;
    b[2].tau_star = std::nan("");
    b[3].status = EmergenceStatus::gray_zone;
    b[4].direction = Direction::falling;
    const Comparison c = compare_runs(std::vector{run_of(a), run_of(b)}, 0.95);
    CHECK(c.times.size() == 10);
    CHECK(c.paired.at(0).modes == 7);
    CHECK(std::isnan(c.times[2].ratio));
    CHECK(c.times[2].status == EmergenceStatus::censored);
    CHECK(std::isnan(c.times[3].ratio));
}

TEST_CASE("comparison: standard errors of emergence times add in quadrature") {
    numerics::RandomStream random(4);
    auto a = synthetic::law(5, 2.0, 1.0, 1.0, 0.0, random);
    auto b = a;
    for (std::size_t k = 0; k < a.size(); ++k) {
        a[k].tau_star_se = 0.03 * a[k].tau_star;
        b[k].tau_star *= 2.0;
        b[k].tau_star_se = 0.04 * b[k].tau_star;
    }
    for (const TimeRatio& t : compare_runs(std::vector{run_of(a), run_of(b)}, 0.95).times) {
        CHECK(std::abs(t.ratio_se / (2.0 * 0.05) - 1.0) <= 8.0 * eps);
    }
}

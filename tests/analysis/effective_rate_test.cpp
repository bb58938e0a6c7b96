#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "eigenflow/analysis/comparison.hpp"
#include "eigenflow/numerics/random.hpp"
#include "synthetic_laws.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;

namespace {

/// Modes of a theory without errors, and of a run that is `rate` times as fast but for a scatter of `own` in ln τ* for
/// every criterion and one of `shared` that a mode has under all of them; the last `falling` modes fall.
std::vector<RunResult> runs(int modes, int falling, double rate, double shared, double own, std::uint64_t seed) {
    numerics::RandomStream random(seed);
    std::vector<RunResult> both = {{"theory", {}, {}, {}}, {"run", {}, {}, {}}};
    std::vector<double> of_mode;
    for (int k = 0; k < modes; ++k) of_mode.push_back(shared * random.normal());
    for (const Criterion criterion : {Criterion::geometric, Criterion::harmonic, Criterion::arithmetic}) {
        for (int k = 0; k < modes; ++k) {
            Emergence e = synthetic::emerged(1.0 / (k + 1.0), k + 1.0);
            e.criterion = criterion;
            e.mode = static_cast<std::size_t>(k);
            e.direction = k < modes - falling ? Direction::rising : Direction::falling;
            both[0].emergence.push_back(e);
            e.tau_star *= std::exp(of_mode[static_cast<std::size_t>(k)] + own * random.normal()) / rate;
            both[1].emergence.push_back(e);
        }
    }
    return both;
}

}  // namespace

TEST_CASE("T-16 one effective rate of all criteria: its error is calibrated though a mode's times go together") {
    constexpr int sets = 400, modes = 30;
    double z2 = 0.0, naive = 0.0;
    for (std::uint64_t set = 1; set <= sets; ++set) {
        const auto rates = compare_runs(runs(modes, 8, 3.0, 0.3, 0.1, set), 0.95).rates;
        REQUIRE(rates.size() == 4);
        const EffectiveRate& all = rates.back();
        CHECK(!all.criterion);
        CHECK(all.modes == modes);
        CHECK(all.times == 3 * modes);
        const double off = std::log(all.rate / 3.0);
        z2 += std::pow(off / (all.rate_se / all.rate), 2) / sets;
        naive += std::pow(off / all.scatter, 2) * 3 * modes / sets;
    }
    // t² of 29 degrees: mean 29/27, standard deviation 1.6, of the mean over 400 sets 0.08; 4 of them. As if all 90
    // ratios were independent it would be (0.09 + 0.01/3)/(0.1) · 3 = 2.8.
    CHECK(std::abs(z2 - 29.0 / 27.0) < 0.32);
    CHECK(naive > 2.0);
}

TEST_CASE("T-16 the rate of one criterion is the mean of ln ratio with its standard error") {
    const auto both = runs(10, 3, 0.5, 0.2, 0.1, 5);
    const Comparison comparison = compare_runs(both, 0.95);
    double mean = 0.0, squares = 0.0;
    for (std::size_t k = 0; k < 10; ++k) mean += std::log(comparison.times[k].ratio) / 10.0;
    for (std::size_t k = 0; k < 10; ++k) squares += std::pow(std::log(comparison.times[k].ratio) - mean, 2);
    const EffectiveRate& rate = comparison.rates.front();
    constexpr double tolerance = 100 * 2.3e-16;  // sums of ten numbers of order 1
    CHECK(rate.criterion == Criterion::geometric);
    CHECK(std::abs(rate.rate / std::exp(-mean) - 1.0) <= tolerance);
    CHECK(std::abs(rate.rate_se / rate.rate / std::sqrt(squares / 9.0 / 10.0) - 1.0) <= tolerance);
}

TEST_CASE("T-16 rising and falling modes that share a rate are told apart in one of twenty, others are seen") {
    constexpr int sets = 600;
    int rejected = 0;
    for (std::uint64_t set = 1; set <= sets; ++set) {
        const EffectiveRate rate = compare_runs(runs(25, 7, 1.0, 0.2, 0.1, set), 0.95).rates.front();
        rejected += rate.direction_p < 0.05 ? 1 : 0;
    }
    // 30 of 600 expected, 5.3 the standard deviation; Welch's approximation adds less than 1 % of the sets.
    CHECK(std::abs(rejected - 30) <= 4 * 5.3);
    auto both = runs(25, 7, 1.0, 0.1, 0.05, 3);
    for (Emergence& e : both[1].emergence) {
        if (e.direction == Direction::falling) e.tau_star /= 1.6;
    }
    const EffectiveRate rate = compare_runs(both, 0.95).rates.front();
    CHECK(rate.direction_p < 1e-3);
    // ln 1.6 ± 4 standard errors of a difference of means, 0.11 √(1/18 + 1/7)
    CHECK(std::abs(std::log(rate.direction_ratio / 1.6)) < 4 * 0.11 * std::sqrt(1.0 / 18.0 + 1.0 / 7.0));
    CHECK(std::isnan(compare_runs(runs(25, 0, 1.0, 0.2, 0.1, 1), 0.95).rates.front().direction_p));
}

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>
#include <string>

#include "../worst_error.hpp"
#include "lesson.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using analysis::Criterion;

namespace {

constexpr Criterion criteria[] = {Criterion::geometric, Criterion::harmonic, Criterion::arithmetic};

double spread(const Lesson& lesson) {
    double low = std::numeric_limits<double>::infinity(), high = 0.0;
    for (const Criterion criterion : criteria) {
        low = std::min(low, exponent(lesson, criterion));
        high = std::max(high, exponent(lesson, criterion));
    }
    return high - low;
}

double steepness(const Lesson& lesson) {
    return emergence_time(lesson, Criterion::arithmetic, 1) / emergence_time(lesson, Criterion::harmonic, 1);
}

}  // namespace

TEST_CASE("T-21 lesson 3: the exponent depends on the criterion more than on the network") {
    const Lesson tied = run_lesson("03_symmetric_two_layer.toml");
    check_stated_exponents(tied);
    const Lesson one_layer = run_lesson("03_symmetric_two_layer.toml", {"network.architecture=one-layer"});
    double between_networks = 0.0;
    for (const Criterion criterion : criteria) {
        between_networks =
            tests::worse(between_networks, std::abs(exponent(tied, criterion) - exponent(one_layer, criterion)));
    }
    CHECK(tied.states(rounded(exponent(one_layer, Criterion::geometric), 4) + ", " +
                      rounded(exponent(one_layer, Criterion::harmonic), 4) + " and " +
                      rounded(exponent(one_layer, Criterion::arithmetic), 3)));
    CHECK(tied.states("differs by " + rounded(between_networks, 1) + " at most"));
    CHECK(tied.states("between the criteria by " + rounded(spread(tied), 2) + " here and by " +
                      rounded(spread(one_layer), 2) + " there"));
    CHECK(tied.states("mode 1 needs " + rounded(steepness(tied), 2) + " times"));
    CHECK(tied.states("one layer " + rounded(steepness(one_layer), 2) + " times"));
}

TEST_CASE("T-9 lesson 3: every weight of mode 1 is halfway at ln 2/(8 eta lambda), whatever the noise level") {
    constexpr double largest = 10.0, q = 0.1;
    char first[64];
    std::snprintf(first, sizeof first, "training.first=%.17g", std::numbers::ln2 / (8.0 * largest));
    const Lesson lesson = run_lesson("03_symmetric_two_layer.toml", {"fit.bootstrap=0", first});
    const double tau_star = lesson.run.simulation.trajectories.tau[1];
    std::size_t noise_levels = 0;
    const dynamics::WeightRows& weights = lesson.run.simulation.weights;
    for (std::size_t row = 0; row < weights.size(); ++row) {
        const dynamics::WeightRecord record = weights[row];
        if (record.mode != 0 || record.tau != tau_star) continue;
        ++noise_levels;
        const double harmonic_mean = 2.0 / (1.0 / q + 1.0 / record.optimal_weight);
        // 8 ulp of T-4, one of tau in the exponent ln 2, and four operations here.
        CHECK(std::abs(record.weight / harmonic_mean - 1.0) <= 13 * std::numeric_limits<double>::epsilon());
    }
    CHECK(noise_levels == lesson.run.scenario.output.noise_levels->size());
}

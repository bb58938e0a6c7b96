#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "../worst_error.hpp"
#include "lesson.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using analysis::Criterion;

TEST_CASE("T-7 lesson 5: exponents, span and distances of the full convolution are those stated") {
    const Lesson lesson = run_lesson("05_convolution.toml");
    check_stated_exponents(lesson);
    const double span =
        emergence_time(lesson, Criterion::geometric, 1024) / emergence_time(lesson, Criterion::geometric, 1);
    CHECK(lesson.states("emerges " + rounded(1000 * std::round(span / 1000), 6) + " times before mode 1024"));
    CHECK(lesson.states("kl ends at " + rounded(lesson.run.distances.back().kl, 2)));
    CHECK(lesson.run.distances.back().limit_kl <= 1e-24);  // λ̃ and its limit agree to 1e-13, and KL is quadratic
}

TEST_CASE("T-7 lesson 5: every mode emerges exactly N times before it does in one layer") {
    const Lesson shared = run_lesson("05_convolution.toml", {"fit.bootstrap=0"});
    const Lesson one_layer = run_lesson("05_convolution.toml", {"fit.bootstrap=0", "network.architecture=one-layer",
                                                                "training.first=1e-4", "training.last=1e7"});
    CHECK(shared.states("training.first=1e-4 training.last=1e7"));
    CHECK(shared.states("every tau_star is 1024 times as large"));
    REQUIRE(shared.run.emergence.size() == one_layer.run.emergence.size());
    double worst = 0.0;
    for (std::size_t i = 0; i < shared.run.emergence.size(); ++i) {
        const double ratio = one_layer.run.emergence[i].tau_star / shared.run.emergence[i].tau_star;
        worst = tests::worse(worst, std::abs(ratio / 1024.0 - 1.0));
    }
    CHECK(worst <= 2e-10);  // 1e-10 for each root
    for (const Criterion criterion : {Criterion::geometric, Criterion::harmonic}) {
        // Errors of 2e-10 in ln τ* over the slope's lever arm, ln λ spread over about a unit or more.
        CHECK(std::abs(exponent(shared, criterion) - exponent(one_layer, criterion)) <= 2e-10);
    }
}

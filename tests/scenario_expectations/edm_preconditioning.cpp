#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "lesson.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using analysis::Criterion;
using analysis::Direction;

namespace {

double span(const Lesson& lesson) {
    return emergence_time(lesson, Criterion::geometric, 256) / emergence_time(lesson, Criterion::geometric, 1);
}

}  // namespace

TEST_CASE("T-1 lesson 8: modes split at sigma_data squared, with the exponents stated") {
    const Lesson lesson = run_lesson("08_edm_preconditioning.toml");
    check_stated_exponents(lesson);
    CHECK(lesson.states("initial_variance: " + rounded(lesson.run.emergence.front().initial_variance, 3)));
    check_stated_counts(lesson);
    for (const analysis::Emergence& e : lesson.run.emergence) {
        CHECK((e.direction == Direction::rising) == (e.target_variance > e.initial_variance));
    }
}

TEST_CASE("T-1 lesson 8: the plain objective on the same data has twice the exponent and a longer span") {
    const Lesson lesson = run_lesson("08_edm_preconditioning.toml", {"fit.bootstrap=0"});
    const Lesson plain = run_lesson("08_edm_preconditioning.toml", {"fit.bootstrap=0", "objective.preconditioning=none",
                                                                    "objective.weighting=uniform", "network.init=0.1"});
    CHECK(lesson.states("network.init=0.1: " + fixed(exponent(plain, Criterion::geometric), 3)));
    for (const Direction direction : {Direction::rising, Direction::falling}) {
        const double part =
            exponent(lesson, Criterion::geometric, "ols", direction) / exponent(plain, Criterion::geometric);
        CHECK(std::abs(part - 0.5) < 0.06);  // "about half": 0.526 and 0.450
    }
    CHECK(lesson.states("takes " + rounded(span(lesson), 3) + " times as long"));
    CHECK(lesson.states("there " + fixed(1000 * std::round(span(plain) / 1000), 0) + " times."));
}

TEST_CASE("T-1 lesson 8: the split follows sigma_data") {
    const Lesson lesson = run_lesson("08_edm_preconditioning.toml", {"fit.bootstrap=0", "objective.sigma_data=1",
                                                                     "data.modes=8", "training.points=10"});
    CHECK(
        lesson.states("objective.sigma_data=1 starts at " + rounded(lesson.run.emergence.front().initial_variance, 3)));
}

#include <doctest/doctest.h>

#include <cmath>

#include "lesson.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using analysis::Criterion;
using analysis::Direction;

TEST_CASE("T-21 lesson 2: exponents, counts and times of CIFAR-10 are those stated") {
    const Lesson lesson = run_lesson("02_cifar10_one_layer.toml");
    check_stated_exponents(lesson);

    check_stated_counts(lesson);
    const analysis::Emergence& first = lesson.run.emergence.front();
    CHECK(lesson.states("a generated variance of " + rounded(first.initial_variance, 3)));

    const double earliest = emergence_time(lesson, Criterion::geometric, 1);
    const double latest = emergence_time(lesson, Criterion::geometric, 1498);
    CHECK(lesson.states("take from " + rounded(earliest, 2) + " to " + rounded(100 * std::round(latest / 100), 4)));
    CHECK(std::round(latest / earliest * 1e-6) == 6.0);  // "six million times"
}

TEST_CASE("T-12 lesson 2: the falling exponent is 1/(2Q), and comes with a warning") {
    const Lesson lesson = run_lesson("02_cifar10_one_layer.toml", {"fit.bootstrap=0"});
    const double at_01 = exponent(lesson, Criterion::geometric, "ols", Direction::falling);
    CHECK(std::abs(at_01 - 5.0) < 0.0005);  // half of the last digit stated: 5.000
    for (const analysis::PowerLaw& law : lesson.run.power_laws) {
        CHECK((law.note.find("less than a decade") != std::string::npos) == (law.direction == Direction::falling));
    }
    const Lesson larger_start = run_lesson("02_cifar10_one_layer.toml", {"fit.bootstrap=0", "network.init=0.2"});
    const double at_02 = exponent(larger_start, Criterion::geometric, "ols", Direction::falling);
    CHECK(lesson.states("network.init=0.2 it is 2.500"));
    CHECK(std::abs(at_02 - 2.5) < 0.0005);
}

TEST_CASE("T-15 lesson 2: the last mode ends at its variance plus sigma_0 squared") {
    const Lesson lesson = run_lesson("02_cifar10_one_layer.toml", {"fit.bootstrap=0"});
    const analysis::Emergence& last = lesson.run.emergence.back();
    REQUIRE(last.mode == 3071);
    CHECK(lesson.states("mode 3072 ends at " + rounded(last.final_variance, 2)));
    const double left_by_sampler = 0.002 * 0.002;
    // 80^2/(lambda + 80^2) is 1 to a part in 1e9, and at the last tau exp(-2 tau (lambda + sigma^2)) is below 1e-6.
    CHECK(last.final_variance == doctest::Approx(last.target_variance + left_by_sampler).epsilon(1e-6));
}

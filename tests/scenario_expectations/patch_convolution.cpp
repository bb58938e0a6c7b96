#include <doctest/doctest.h>

#include <algorithm>
#include <span>
#include <string>

#include "lesson.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using analysis::Criterion;
using analysis::Emergence;

namespace {

struct Range {
    double low, high;
};

template <class Number>
Range range_of(const Lesson& lesson, const Number& number) {
    Range range{number(lesson.run.emergence.front()), number(lesson.run.emergence.front())};
    for (const Emergence& e : lesson.run.emergence) {
        range.low = std::min(range.low, number(e));
        range.high = std::max(range.high, number(e));
    }
    return range;
}

std::string limits(const Lesson& lesson) {
    const std::span<const double> target = lesson.run.spectrum.variances();
    const Range range = range_of(lesson, [&](const Emergence& e) { return e.limit_variance / target[e.mode]; });
    return fixed(range.low, 2) + " ";
}
double highest_limit(const Lesson& lesson) {
    const std::span<const double> target = lesson.run.spectrum.variances();
    return range_of(lesson, [&](const Emergence& e) { return e.limit_variance / target[e.mode]; }).high;
}
double span_of_times(const Lesson& lesson) {
    const Range range = range_of(lesson, [](const Emergence& e) { return e.tau_star; });
    return range.high / range.low;
}
double r_squared(const Lesson& lesson) { return lesson.run.power_laws.front().r_squared; }
double capacity_error(const Lesson& lesson) { return lesson.run.distances.back().kl; }
double left_to_learn(const Lesson& lesson) { return lesson.run.distances.back().limit_kl; }
constexpr double converged = 1e-24;  // λ̃ and its limit agree to 1e-13, and KL is quadratic

}  // namespace

TEST_CASE("T-8 lesson 6: three taps a side learn the limit stated, and not the data") {
    const Lesson lesson = run_lesson("06_patch_convolution.toml");
    check_stated_exponents(lesson);
    CHECK(lesson.states(fixed(capacity_error(lesson), 3) + " for 3"));
    CHECK(left_to_learn(lesson) <= converged);
    CHECK(lesson.states("between " + limits(lesson) + "and " + fixed(highest_limit(lesson), 2) + " times"));
    CHECK(lesson.states("power_law.csv is " + fixed(r_squared(lesson), 3) + ";"));
    CHECK(lesson.states("tau_star grows " + rounded(span_of_times(lesson), 2) + " times;"));
}

TEST_CASE("T-8 lesson 6: five taps a side") {
    const Lesson lesson = run_lesson("06_patch_convolution.toml", {"network.kernel=5"});
    CHECK(lesson.states(fixed(capacity_error(lesson), 3) + " for 5"));
    CHECK(left_to_learn(lesson) <= converged);
    CHECK(lesson.states(fixed(r_squared(lesson), 3) + " for 5"));
    CHECK(lesson.states(rounded(span_of_times(lesson), 2) + " times for 5"));
}

TEST_CASE("T-8 lesson 6: seven taps a side") {
    const Lesson lesson = run_lesson("06_patch_convolution.toml", {"network.kernel=7"});
    CHECK(lesson.states(fixed(capacity_error(lesson), 3) + " for 7"));
    CHECK(left_to_learn(lesson) <= converged);
    CHECK(lesson.states(limits(lesson) + "to " + fixed(highest_limit(lesson), 2) + " with 7"));
    CHECK(lesson.states(fixed(r_squared(lesson), 3) + " for 7"));
    CHECK(lesson.states(rounded(span_of_times(lesson), 2) + " times for 7"));
}

TEST_CASE("T-7 lesson 6: the full convolution has no capacity error") {
    const Lesson lesson = run_lesson("06_patch_convolution.toml", {"network.architecture=full-convolution"});
    CHECK(lesson.states("(network.architecture=full-convolution) leaves " + rounded(capacity_error(lesson), 2)));
    CHECK(lesson.states(fixed(r_squared(lesson), 3) + " for the full convolution"));
}

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "lesson.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using analysis::Criterion;

namespace {

const std::string quick = "fit.bootstrap=0";

double bias(const std::string& solver, int steps) {
    const Lesson lesson = run_lesson("09_sampler_bias.toml",
                                     {quick, "sampling.solver=" + solver, "sampling.steps=" + std::to_string(steps)});
    return lesson.run.distances.back().sampler_w2;
}

}  // namespace

TEST_CASE("T-17 lesson 9: what twenty steps of Heun leave is what is stated, and does not train away") {
    const Lesson lesson = run_lesson("09_sampler_bias.toml");
    check_stated_exponents(lesson);
    const scenario::Distance& last = lesson.run.distances.back();
    CHECK(lesson.states("and kl is " + fixed(last.kl, 3)));
    CHECK(last.limit_kl <= 1e-24);  // λ̃ and its limit agree to 1e-13, and KL is quadratic
    CHECK(lesson.states("sampler_kl is " + fixed(last.sampler_kl, 3) + ", and has been since tau = 1e5"));
    for (const scenario::Distance& d : lesson.run.distances) {
        // exp(−2 τ λ) is below e^−200 for the smallest mode: what differs is quadrature's 1e-13.
        if (d.tau >= 1e5) CHECK(d.sampler_kl == doctest::Approx(last.sampler_kl).epsilon(1e-11));
    }
    const auto too_much = [&](std::size_t mode) {
        const analysis::Emergence& e = lesson.run.emergence[mode - 1];
        return fixed(e.final_variance / e.target_variance, 3) + " times";
    };
    CHECK(lesson.states(too_much(100) + " target_variance for mode 100"));
    CHECK(lesson.states(too_much(1) + " for mode 1."));
}

TEST_CASE("T-17 lesson 9: the bias falls at second order for Heun, at first for Euler") {
    const double heun[] = {bias("heun", 20), bias("heun", 40), bias("heun", 80), bias("heun", 160)};
    const double euler[] = {bias("euler", 80), bias("euler", 160)};
    const Lesson lesson = run_lesson("09_sampler_bias.toml", {quick});
    CHECK(lesson.states("from " + fixed(heun[0], 4) + " to " + fixed(heun[1], 4) + ", " + fixed(heun[2], 4) + " and " +
                        fixed(heun[3], 4)));
    for (int i = 0; i < 3; ++i) CHECK(heun[i] / heun[i + 1] > 4.0);
    CHECK(std::abs(std::log2(heun[2] / heun[3]) - 2.0) < 0.1);  // h⁴ and more at 80 steps: the slope is 2.04
    CHECK(lesson.states("it is " + fixed(euler[0], 4) + " at 80 steps, " + fixed(euler[1], 4) + " at 160"));
    CHECK(std::abs(std::log2(euler[0] / euler[1]) - 1.0) < 0.1);
}

TEST_CASE("T-21 lesson 9: exact sampling has other exponents") {
    const Lesson exact = run_lesson("09_sampler_bias.toml", {quick, "sampling.solver=exact"});
    CHECK(exact.states("(sampling.solver=exact) has " + fixed(exponent(exact, Criterion::geometric), 3) + " and " +
                       fixed(exponent(exact, Criterion::harmonic), 3)));
}

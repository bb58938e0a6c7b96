#include "eigenflow/numerics/stiff_ode.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

using eigenflow::numerics::integrate_stiff;
using eigenflow::numerics::OdeExit;
using eigenflow::numerics::OdeResult;
using eigenflow::numerics::StiffOptions;
using eigenflow::numerics::StiffSystem;

namespace {

constexpr double start = 0.25;

// Pairs y, z of  y' = 1 − y  and  z' = k (y − z), k a pair: slow followed by fast. From y = z = start:
//     y = 1 + (start − 1) e^−t,   z = 1 + (start − 1) (k e^−t − e^−kt)/(k − 1).
std::vector<double> solution(const std::vector<double>& k, double t) {
    std::vector<double> y;
    for (const double rate : k) {
        y.push_back(1.0 + (start - 1.0) * std::exp(-t));
        y.push_back(1.0 + (start - 1.0) * (rate * std::exp(-t) - std::exp(-rate * t)) / (rate - 1.0));
    }
    return y;
}

// (1 − γ J) z = r is solved exactly, or by its diagonal alone.
StiffSystem pairs(const std::vector<double>& k, bool exactly, double& gamma) {
    const auto times_jacobian = [k](StiffSystem::Vector v, std::span<double> out) {
        for (std::size_t i = 0; i < k.size(); ++i) {
            out[2 * i + 1] = k[i] * (v[2 * i] - v[2 * i + 1]);
            out[2 * i] = -v[2 * i];
        }
    };
    return {.slope =
                [=](StiffSystem::Vector y, std::span<double> out) {
                    times_jacobian(y, out);
                    for (std::size_t i = 0; i < k.size(); ++i) out[2 * i] += 1.0;
                },
            .jacobian_times = [=](StiffSystem::Vector, StiffSystem::Vector v,
                                  std::span<double> out) { times_jacobian(v, out); },
            .prepare = [&gamma](StiffSystem::Vector, double g) { gamma = g; },
            .precondition =
                [k, exactly, &gamma](StiffSystem::Vector r, std::span<double> z) {
                    for (std::size_t i = 0; i < k.size(); ++i) {
                        const double slow = r[2 * i] / (1.0 + gamma);
                        const double passed = exactly ? gamma * k[i] * slow : 0.0;
                        z[2 * i + 1] = (r[2 * i + 1] + passed) / (1.0 + gamma * k[i]);
                        z[2 * i] = slow;
                    }
                },
            .preconditions_exactly = exactly};
}

// y' = f(y) of one entry, preconditioned by nothing.
StiffSystem scalar(const std::function<double(double)>& f) {
    return {.slope = [f](StiffSystem::Vector y, std::span<double> out) { out[0] = f(y[0]); },
            .jacobian_times = [](StiffSystem::Vector, StiffSystem::Vector, std::span<double> out) { out[0] = 0.0; },
            .prepare = [](StiffSystem::Vector, double) {},
            .precondition = [](StiffSystem::Vector r, std::span<double> z) { z[0] = r[0]; }};
}

const auto ignore = [](std::size_t, std::span<const double>) {};

}  // namespace

TEST_CASE("stiff ODE: rates from 10 to 1e7 by GMRES and by an exact preconditioner, against the closed form") {
    const std::vector<double> k{10.0, 1e3, 1e4, 1e6, 1e7};
    const std::vector<double> times{0.0, 1e-7, 1e-3, 0.5, 3.0, 400.0, 1e6};
    const StiffOptions options{.relative_tolerance = 1e-10, .absolute_tolerance = 1e-12};
    for (const bool exactly : {false, true}) {
        CAPTURE(exactly);
        double gamma = 0.0;
        std::vector<double> y(2 * k.size(), start);
        std::vector<double> error;
        const OdeResult result = integrate_stiff(
            pairs(k, exactly, gamma), y, times, options, [&](std::size_t time, std::span<const double> at) {
                CHECK(time == error.size());
                const std::vector<double> exact = solution(k, times[time]);
                error.push_back(0.0);
                for (std::size_t i = 0; i < at.size(); ++i) {
                    error.back() = std::max(error.back(), std::abs(at[i] - exact[i]));
                }
            });
        CHECK(result.exit == OdeExit::finished);  // 1e7 (y − z) rounds to more than rest allows
        REQUIRE(error.size() == times.size());
        CHECK(error.front() == 0.0);
        // A step adds at most √n (relative + absolute tolerance), in the norm that CVODE keeps below 1, of entries up
        // to 1; nothing grows.
        const double a_step = std::sqrt(10.0) * (options.relative_tolerance + options.absolute_tolerance);
        CHECK(*std::max_element(error.begin(), error.end()) <= a_step * static_cast<double>(result.accepted));
        CHECK(result.evaluations > result.accepted);
    }
}

TEST_CASE("stiff ODE: what stands still from the start is visited at every time, without a step") {
    std::vector<double> y{1.0};
    std::size_t visits = 0;
    const std::vector<double> times{0.0, 1.0, 1e9};
    const auto resting = scalar([](double at) { return 1.0 - at; });
    const OdeResult result = integrate_stiff(resting, y, times, {}, [&](std::size_t time, std::span<const double> at) {
        CHECK(time == visits++);
        CHECK(at[0] == 1.0);
    });
    CHECK(visits == 3);
    CHECK(result.exit == OdeExit::steady_state);
    CHECK(result.accepted == 0);
}

TEST_CASE("stiff ODE: the budget ends it, and what was reached has been visited") {
    double gamma = 0.0;
    std::vector<double> y(2, start);
    std::size_t visits = 0;
    const std::vector<double> times{0.0, 1.0, 10.0};
    const OdeResult result = integrate_stiff(pairs({1e3}, true, gamma), y, times, {.max_steps = 5},
                                             [&](std::size_t, std::span<const double>) { ++visits; });
    CHECK(result.exit == OdeExit::step_budget_exhausted);
    CHECK(result.accepted == 5);
    CHECK(result.t < 1.0);
    CHECK(visits == 1);
}

TEST_CASE("stiff ODE: a slope that is no number ends it where it begins, and is never taken for rest") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> times{1.0};
    std::vector<double> y{0.0};
    const OdeResult half =
        integrate_stiff(scalar([nan](double at) { return at < 0.5 ? 1.0 : nan; }), y, times, {}, ignore);
    CHECK(half.exit == OdeExit::step_size_underflow);
    CHECK(half.t == doctest::Approx(0.5).epsilon(1e-10));  // y = t to some hundred tolerances of 1e-13
    std::vector<double> other{0.0};
    const OdeResult never = integrate_stiff(scalar([nan](double) { return nan; }), other, times, {}, ignore);
    CHECK(never.exit == OdeExit::step_size_underflow);
    CHECK(never.accepted == 0);
}

#include "eigenflow/numerics/ode.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

using namespace eigenflow::numerics;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// y = e^(−t) contracts, so that local errors add up to at most (accepted steps) · (absolute + relative · size); the
// controller's size is |y| + |step y'|, at most 1 + step.
double contracting_bound(const OdeResult& result, const OdeOptions& options, double size) {
    return static_cast<double>(result.accepted) * (options.absolute_tolerance + options.relative_tolerance * size);
}

}  // namespace

TEST_CASE("ODE accuracy: decay stays within its steps times the tolerance") {
    for (const double tolerance : {1e-6, 1e-9, 1e-12}) {
        const OdeOptions options{.relative_tolerance = tolerance, .absolute_tolerance = tolerance};
        double y = 1.0;
        const OdeResult result = integrate([](double v, double) { return -v; }, y, 0.0, 10.0, options);
        CHECK(result.exit == OdeExit::finished);
        CHECK(result.t == 10.0);
        CHECK(std::abs(y - std::exp(-10.0)) <= contracting_bound(result, options, 2.0));
    }
}

TEST_CASE("ODE order: the error falls with the fifth power of the number of steps") {
    std::vector<double> log_steps;
    std::vector<double> log_error;
    for (const double tolerance : {1e-6, 1e-7, 1e-8, 1e-9, 1e-10}) {
        std::vector<double> y = {1.0, 0.0};
        const OdeResult result = integrate(
            [](std::span<const double> v, std::span<double> slope, double) {
                slope[0] = -v[1];
                slope[1] = v[0];
            },
            y, 0.0, 20.0, {.relative_tolerance = tolerance, .absolute_tolerance = tolerance});
        log_steps.push_back(std::log(static_cast<double>(result.accepted)));
        log_error.push_back(std::log(std::hypot(y[0] - std::cos(20.0), y[1] - std::sin(20.0))));
    }
    const double slope = (log_error.back() - log_error.front()) / (log_steps.back() - log_steps.front());
    MESSAGE("slope " << slope);
    CHECK(slope == doctest::Approx(-5.0).epsilon(0.1));  // four decades of tolerance: half an order would show
}

TEST_CASE("ODE direction: back to the start is the way that it came") {
    const OdeOptions options{.relative_tolerance = 1e-11, .absolute_tolerance = 1e-13};
    const auto f = [](double y, double t) { return y * std::cos(t); };
    double y = 1.0;
    const OdeResult there = integrate(f, y, 0.0, 7.0, options);
    const double exact = std::exp(std::sin(7.0));
    const double growth = std::exp(2.0);  // between any two times a perturbation grows by at most e²
    const double bound = growth * contracting_bound(there, options, 2.0 * std::exp(1.0));
    CHECK(std::abs(y - exact) <= bound);
    const OdeResult back = integrate(f, y, 7.0, 0.0, options);
    CHECK(back.t == 0.0);
    CHECK(std::abs(y - 1.0) <= growth * (bound + contracting_bound(back, options, 2.0 * std::exp(1.0))));
}

// The story: Fehlberg 7(8) has the error estimate k1 + k11 − k12 − k13, which is zero for a right-hand side of t alone;
// it integrated the probability flow in 4 steps and was 20 % off.
TEST_CASE("ODE pure quadrature: a right-hand side of t alone meets the tolerance") {
    const OdeOptions options{.relative_tolerance = 1e-10, .absolute_tolerance = 1e-10};
    double y = 0.0;
    const OdeResult peak =
        integrate([](double, double t) { return 1.0 / (1.0 + 400.0 * t * t); }, y, -1.0, 1.0, options);
    CHECK(peak.exit == OdeExit::finished);
    CHECK(std::abs(y - 0.1 * std::atan(20.0)) <= contracting_bound(peak, options, 1.0));
    y = 0.0;
    const OdeResult front =
        integrate([](double, double t) { return 1.0 / (1.0 + std::exp(50.0 * t)); }, y, 3.0, -5.0, options);
    const double exact = -(5.0 + (std::log1p(std::exp(-250.0)) - std::log1p(std::exp(-150.0))) / 50.0);
    CHECK(std::abs(y - exact) <= contracting_bound(front, options, 5.0));
}

TEST_CASE("ODE non_finite_state: NaN and infinity are named where they start, and never enter the state") {
    for (const double bad : {not_a_number, std::numeric_limits<double>::infinity()}) {
        double y = 1.0;
        const auto f = [&](double v, double t) { return t > 0.5 ? bad : -v; };
        const OdeResult result = integrate(f, y, 0.0, 1.0, {});
        CHECK(result.exit == OdeExit::non_finite_state);
        CHECK_FALSE(good(result.exit));
        CHECK(result.t > 0.0);
        CHECK(result.t <= 0.5);
        CHECK(y == doctest::Approx(std::exp(-result.t)).epsilon(1e-9));
    }
}

TEST_CASE("ODE non_finite_state: one NaN among many entries is enough") {
    std::vector<double> y(9, 1.0);
    const auto f = [](std::span<const double> v, std::span<double> slope, double t) {
        for (std::size_t i = 0; i < v.size(); ++i) slope[i] = i == 4 && t > 0.25 ? not_a_number : -v[i];
    };
    const OdeResult result = integrate(f, y, 0.0, 1.0, {});
    CHECK(result.exit == OdeExit::non_finite_state);
    CHECK(result.t <= 0.25);
    for (const double v : y) CHECK(std::isfinite(v));
}

TEST_CASE("ODE step_budget_exhausted: accepted and rejected steps together are the budget") {
    for (const std::size_t budget : {std::size_t{1}, std::size_t{17}, std::size_t{60}}) {
        double y = 0.0;
        // Rough enough for rejections.
        const auto f = [](double, double t) { return std::cos(100.0 * t * t); };
        const OdeResult result = integrate(f, y, 0.0, 10.0, {.first_step = 1.0, .max_steps = budget});
        CHECK(result.exit == OdeExit::step_budget_exhausted);
        CHECK(result.accepted + result.rejected == budget);
        CHECK(result.t < 10.0);
    }
}

TEST_CASE("ODE step_budget_exhausted: the last step of the budget may still be the last step") {
    const auto f = [](double v, double) { return -v; };
    double y = 1.0;
    const OdeResult free = integrate(f, y, 0.0, 5.0, {});
    y = 1.0;
    const OdeResult exact = integrate(f, y, 0.0, 5.0, {.max_steps = free.accepted + free.rejected});
    CHECK(exact.exit == OdeExit::finished);
    y = 1.0;
    const OdeResult one_less = integrate(f, y, 0.0, 5.0, {.max_steps = free.accepted + free.rejected - 1});
    CHECK(one_less.exit == OdeExit::step_budget_exhausted);
}

TEST_CASE("ODE steady_state: stops at the first accepted step where the test holds") {
    double y = 0.0;
    const auto steady = [](double v, double) { return std::abs(v - 1.0) <= 1e-3; };
    const OdeResult result = integrate([](double v, double) { return 1.0 - v; }, y, 0.0, 1e9, {}, steady);
    CHECK(result.exit == OdeExit::steady_state);
    CHECK(good(result.exit));
    CHECK(std::abs(y - 1.0) <= 1e-3);
    CHECK(result.t >= std::log(1e3) - 1e-6);
    CHECK(result.t < 100.0);
}

TEST_CASE("ODE steady_state: asked before the first step, which then costs nothing") {
    double y = 1.0;
    const OdeResult result =
        integrate([](double, double) { return not_a_number; }, y, 0.0, 1.0, {}, [](double, double) { return true; });
    CHECK(result.exit == OdeExit::steady_state);
    CHECK(result.evaluations == 0);
    CHECK(result.accepted + result.rejected == 0);
    CHECK(y == 1.0);
}

TEST_CASE("ODE step_size_underflow: a pole in the middle of the way") {
    double y = 1.0;
    const OdeResult result = integrate([](double v, double) { return v * v; }, y, 0.0, 2.0, {});  // y = 1/(1 − t)
    CHECK(result.exit == OdeExit::step_size_underflow);
    CHECK(result.t == doctest::Approx(1.0).epsilon(1e-6));
    CHECK(std::isfinite(y));
}

TEST_CASE("ODE of no length does nothing") {
    double y = 3.0;
    const OdeResult result = integrate([](double, double) { return not_a_number; }, y, 2.0, 2.0, {});
    CHECK(result.exit == OdeExit::finished);
    CHECK(result.evaluations == 0);
    CHECK(y == 3.0);
}

TEST_CASE("ODE continuation: next_step carries the step length over") {
    const auto f = [](double v, double t) { return -v + std::sin(t); };
    double whole = 1.0;
    const OdeResult once = integrate(f, whole, 0.0, 20.0, {});
    double parts = 1.0;
    const OdeResult first = integrate(f, parts, 0.0, 10.0, {});
    double probe = parts;
    const OdeResult next = integrate(f, probe, 10.0, 20.0, {.first_step = first.next_step, .max_steps = 1});
    CHECK(next.accepted == 1);
    CHECK(next.t - 10.0 == doctest::Approx(first.next_step));
    const OdeResult second = integrate(f, parts, 10.0, 20.0, {.first_step = first.next_step});
    // The step that was cut short, and 1 % for steps that fall elsewhere: not a new start.
    CHECK(first.accepted + second.accepted <= once.accepted + 1 + once.accepted / 100);
    CHECK(std::abs(parts - whole) <= 2.0 * contracting_bound(once, {}, 2.0));
}

TEST_CASE("ODE scalar and vector forms take the same steps to the same bits") {
    const auto f = [](double v, double t) { return -20.0 * (v - std::cos(t)); };
    double scalar = 0.0;
    const OdeResult one = integrate(f, scalar, 0.0, 3.0, {});
    std::vector<double> vector = {0.0};
    const OdeResult many =
        integrate([&](std::span<const double> v, std::span<double> slope, double t) { slope[0] = f(v[0], t); }, vector,
                  0.0, 3.0, {});
    CHECK(one.accepted == many.accepted);
    CHECK(one.rejected == many.rejected);
    CHECK(one.evaluations == many.evaluations);
    CHECK(scalar == vector[0]);
}

TEST_CASE("ODE exits have the names of the enumeration") {
    CHECK(name_of(OdeExit::finished) == "finished");
    CHECK(name_of(OdeExit::steady_state) == "steady_state");
    CHECK(name_of(OdeExit::step_budget_exhausted) == "step_budget_exhausted");
    CHECK(name_of(OdeExit::non_finite_state) == "non_finite_state");
    CHECK(name_of(OdeExit::step_size_underflow) == "step_size_underflow");
}

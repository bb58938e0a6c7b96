#include "eigenflow/numerics/root.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using eigenflow::numerics::Bracket;
using eigenflow::numerics::find_root;
using eigenflow::numerics::Root;
using eigenflow::numerics::RootExit;

namespace {
constexpr double eps = std::numeric_limits<double>::epsilon();
}

TEST_CASE("root of a smooth function to its last digits in few evaluations") {
    const Root root = find_root([](double x) { return std::exp(x) - 2.0; }, -3.0, 5.0);
    CHECK(root.exit == RootExit::converged);
    // 4 eps of bracket and one rounding of exp(x) − 2, whose slope at the root is 2
    CHECK(std::abs(root.x - std::log(2.0)) <= 6.0 * eps);
    CHECK(root.evaluations <= 16);
}

TEST_CASE("root of a step is bracketed by bisection, within the documented cost") {
    const Root root = find_root([](double x) { return x < 0.3 ? -1.0 : 1.0; }, 0.1, 1.0);
    CHECK(root.exit == RootExit::converged);
    CHECK(std::abs(root.x - 0.3) <= 4.0 * eps * 0.3);
    CHECK(root.evaluations <= 2 * 52 + 4);
}

TEST_CASE("root at an end of the interval is returned without a search") {
    const Root root = find_root([](double x) { return x - 1.0; }, 1.0, 4.0);
    CHECK(root.exit == RootExit::converged);
    CHECK(root.x == 1.0);
    CHECK(root.evaluations == 2);
}

TEST_CASE("root at zero needs the absolute tolerance") {
    const Root root = find_root([](double x) { return std::expm1(x); }, -1.0, 3.0, {.absolute = 1e-12});
    CHECK(root.exit == RootExit::converged);
    CHECK(std::abs(root.x) <= 1e-12);
}

TEST_CASE("root search names its exits") {
    CHECK(find_root([](double x) { return x * x + 1.0; }, -1.0, 1.0).exit == RootExit::no_sign_change);
    CHECK(find_root([](double x) { return x; }, 1.0, -1.0).exit == RootExit::no_sign_change);
    CHECK(find_root([](double x) { return x; }, std::nan(""), 1.0).exit == RootExit::not_finite);
    const auto broken_at_an_end = [](double x) { return x == 1.0 ? std::nan("") : x; };
    CHECK(find_root(broken_at_an_end, -1.0, 1.0).exit == RootExit::not_finite);
    const auto broken_inside = [](double x) { return std::abs(x) == 1.0 ? x : std::nan(""); };
    const Root broken = find_root(broken_inside, -1.0, 1.0);
    CHECK(broken.exit == RootExit::not_finite);
    CHECK(std::isnan(broken.x));
}

TEST_CASE("root search stops at its budget and says so") {
    const Root root = find_root([](double x) { return x < 0.3 ? -1.0 : 1.0; }, 0.0, 1.0, {.max_evaluations = 8});
    CHECK(root.exit == RootExit::evaluation_budget_exhausted);
    CHECK(root.evaluations <= 8);
    CHECK(std::abs(root.x - 0.3) <= 0.25);
}

TEST_CASE("root search takes known end values and saves their evaluations") {
    int calls = 0;
    const auto f = [&calls](double x) {
        ++calls;
        return x * x - 2.0;
    };
    const Root root = find_root(f, Bracket{.low = 0.0, .high = 2.0, .at_low = -2.0, .at_high = 2.0});
    CHECK(root.exit == RootExit::converged);
    CHECK(std::abs(root.x - std::sqrt(2.0)) <= 6.0 * eps);
    CHECK(calls == root.evaluations - 2);
}

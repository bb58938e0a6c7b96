#include "eigenflow/numerics/exponential.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "eigenflow/numerics/random.hpp"

using eigenflow::numerics::exponentials;
using eigenflow::numerics::RandomStream;

namespace {

double alone(double x) {
    exponentials({&x, 1});
    return x;
}

std::vector<double> arguments() {
    std::vector<double> x;
    RandomStream random(7);
    for (int i = 0; i < 200'000; ++i) x.push_back(-708.0 + 1417.0 * random.uniform());
    for (int i = 0; i < 100'000; ++i) x.push_back(2.0 * random.uniform() - 1.0);
    for (int i = -320; i <= 0; ++i) {
        x.push_back(std::pow(10.0, i));
        x.push_back(-std::pow(10.0, i));
    }
    x.push_back(0.0);
    return x;
}

}  // namespace

TEST_CASE("exponentials ulp: 2 ulp from -708 to 709") {
    const std::vector<double> x = arguments();
    std::vector<double> y = x;
    exponentials(y);
    double worst = 0.0;
    double where = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const long double exact = std::exp(static_cast<long double>(x[i]));
        const auto nearest = static_cast<double>(exact);
        const double ulp = std::nextafter(nearest, std::numeric_limits<double>::infinity()) - nearest;
        const auto error = static_cast<double>(std::abs(static_cast<long double>(y[i]) - exact)) / ulp;
        if (!(error <= worst)) {
            worst = error;
            where = x[i];
        }
    }
    MESSAGE("worst error " << worst << " ulp at x = " << where);
    CHECK(worst <= 2.0);
}

// The story: Eigen clamps its argument, so that e^−1e300 came out as 5.6e-309.
TEST_CASE("exponentials below -708.39: zero") {
    std::vector<double> x = {-708.4, -745.0, -1e4, -1e300, -std::numeric_limits<double>::infinity()};
    exponentials(x);
    for (const double y : x) CHECK(y == 0.0);
}

TEST_CASE("exponentials to denormal: as the others, and std::exp where they are 0") {
    std::vector<double> x = arguments();
    for (int i = 0; i < 300; ++i) x[static_cast<std::size_t>(997 * i)] = -700.0 - i / 6.0;
    x.insert(x.end(), {-1e300, -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()});
    std::vector<double> y = x;
    eigenflow::numerics::exponentials_to_denormal(y);
    std::size_t others = 0;
    std::size_t denormal = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        others += y[i] == (x[i] < -708.39 ? std::exp(x[i]) : alone(x[i])) ? 0 : 1;
        denormal += y[i] > 0.0 && y[i] < std::numeric_limits<double>::min() ? 1 : 0;
    }
    CHECK(others == 0);
    CHECK(denormal >= 200);
    double none = std::numeric_limits<double>::quiet_NaN();
    eigenflow::numerics::exponentials_to_denormal({&none, 1});
    CHECK(std::isnan(none));
}

TEST_CASE("exponentials: the bits depend on the entry alone, not on its place") {
    const std::vector<double> x = arguments();
    for (std::size_t length = 1; length <= 19; ++length) {
        for (std::size_t offset = 0; offset < 9; ++offset) {
            std::vector<double> block(64);
            const auto from = x.begin() + static_cast<std::ptrdiff_t>(100 * length + offset);
            std::copy_n(from, length, block.begin() + static_cast<std::ptrdiff_t>(offset));
            exponentials(std::span(block).subspan(offset, length));
            for (std::size_t i = 0; i < length; ++i) {
                const double expected = alone(from[static_cast<std::ptrdiff_t>(i)]);
                CHECK(std::bit_cast<std::uint64_t>(block[offset + i]) == std::bit_cast<std::uint64_t>(expected));
            }
        }
    }
}

TEST_CASE("exponentials leave nothing else touched, and pass NaN on") {
    std::vector<double> x = {5.0, std::numeric_limits<double>::quiet_NaN(), 0.0, 6.0};
    exponentials(std::span(x).subspan(1, 2));
    CHECK(x[0] == 5.0);
    CHECK(std::isnan(x[1]));
    CHECK(x[2] == 1.0);
    CHECK(x[3] == 6.0);
    exponentials({});
}

namespace {

/// In units in the last place of what long double says.
double ulps(double value, long double exact) {
    const auto nearest = static_cast<double>(std::abs(exact));
    const double ulp = std::nextafter(nearest, std::numeric_limits<double>::infinity()) - nearest;
    return static_cast<double>(std::abs(static_cast<long double>(value) - exact)) / ulp;
}

}  // namespace

TEST_CASE("relaxations ulp: 2 ulp of both e^x and 1 - e^x, x from -700 to 0") {
    RandomStream random(8);
    double worst = 0.0;
    for (int i = 0; i < 200'000; ++i) {
        const double x = -700.0 * std::exp(-40.0 * random.uniform());
        double remaining = x;
        double done = 0.0;
        eigenflow::numerics::relaxations({&remaining, 1}, {&done, 1});
        worst = std::max(worst, ulps(remaining, std::exp(static_cast<long double>(x))));
        worst = std::max(worst, ulps(done, -std::expm1(static_cast<long double>(x))));
    }
    MESSAGE("worst error " << worst << " ulp");
    CHECK(worst <= 2.0);
    std::vector<double> ends = {0.0, -1e300};
    std::vector<double> done(2);
    eigenflow::numerics::relaxations(ends, done);
    CHECK(ends == std::vector<double>{1.0, 0.0});
    CHECK(done == std::vector<double>{0.0, 1.0});
}

TEST_CASE("logarithms ulp: 2 ulp, the closest to 1 and denormal numbers included") {
    RandomStream random(9);
    double worst = 0.0;
    const auto check = [&](double x) {
        double y = x;
        eigenflow::numerics::logarithms({&y, 1});
        worst = std::max(worst, ulps(y, std::log(static_cast<long double>(x))));
    };
    for (int i = 0; i < 200'000; ++i) {
        check(std::exp(1417.0 * random.uniform() - 708.0));
        check(0.5 + random.uniform());
    }
    for (int i = 1; i < 52; ++i) {
        check(1.0 + std::ldexp(1.0, -i));
        check(1.0 - std::ldexp(1.0, -i));
    }
    for (int i = 1023; i <= 1074; ++i) check(std::ldexp(1.0, -i));  // denormal
    MESSAGE("worst error " << worst << " ulp");
    CHECK(worst <= 2.0);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::vector<double> x = {1.0, infinity, 0.0, -1.0, std::nan("")};
    eigenflow::numerics::logarithms(x);
    CHECK(x[0] == 0.0);
    CHECK(x[1] == infinity);
    CHECK(x[2] == -infinity);
    CHECK(std::isnan(x[3]));
    CHECK(std::isnan(x[4]));
}

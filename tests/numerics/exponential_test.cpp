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

#include "eigenflow/numerics/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

using eigenflow::numerics::RandomStream;

namespace {

// Everything below is deterministic; five standard errors say that the stream is not odd, not that the test may fail.
constexpr double standard_errors = 5.0;

}  // namespace

TEST_CASE("PCG reference: the first numbers of pcg32-demo, seed 42, stream 54") {
    RandomStream random(42, 54);
    for (const std::uint32_t expected :
         {0xa15c02b7U, 0x7b47f409U, 0xba1d3330U, 0x83d2f293U, 0xbfa4784bU, 0xcbed606eU}) {
        CHECK(random.bits() == expected);
    }
}

TEST_CASE("random streams: equal for equal seed and stream, different otherwise") {
    RandomStream a(1, 0);
    RandomStream same(1, 0);
    RandomStream other_seed(2, 0);
    RandomStream other_stream(1, 1);
    int equal_seed = 0;
    int equal_stream = 0;
    for (int i = 0; i < 1000; ++i) {
        const std::uint32_t bits = a.bits();
        CHECK(bits == same.bits());
        equal_seed += bits == other_seed.bits() ? 1 : 0;
        equal_stream += bits == other_stream.bits() ? 1 : 0;
    }
    CHECK(equal_seed <= 1);  // 1000 / 2^32 expected
    CHECK(equal_stream <= 1);
}

TEST_CASE("uniform: midpoints of 2^52 cells, mean and variance") {
    RandomStream random(3);
    constexpr int n = 200'000;
    double mean = 0.0;
    double square = 0.0;
    for (int i = 0; i < n; ++i) {
        const double u = random.uniform();
        REQUIRE(u > 0.0);
        REQUIRE(u < 1.0);
        REQUIRE(std::fmod(u * 0x1p53, 2.0) == 1.0);
        mean += (u - 0.5) / n;
        square += (u - 0.5) * (u - 0.5) / n;
    }
    CHECK(std::abs(mean) <= standard_errors * std::sqrt(1.0 / 12.0 / n));
    CHECK(std::abs(square - 1.0 / 12.0) <= standard_errors * std::sqrt(1.0 / 180.0 / n));
}

TEST_CASE("normal: four moments, tails and independence of the pair") {
    RandomStream random(5);
    constexpr int n = 400'000;
    std::array<double, 5> moment{};
    double lag = 0.0;
    double square_lag = 0.0;
    double beyond_two = 0.0;
    double before = random.normal();
    for (int i = 0; i < n; ++i) {
        const double z = random.normal();
        double power = 1.0;
        for (double& m : moment) {
            m += power / n;
            power *= z;
        }
        lag += z * before / n;
        square_lag += (z * z - 1.0) * (before * before - 1.0) / n;
        beyond_two += std::abs(z) > 2.0 ? 1.0 / n : 0.0;
        before = z;
    }
    const auto within = [](double value, double variance) {
        return std::abs(value) <= standard_errors * std::sqrt(variance / n);
    };
    CHECK(within(moment[1], 1.0));
    CHECK(within(moment[2] - 1.0, 2.0));
    CHECK(within(moment[3], 15.0));
    CHECK(within(moment[4] - 3.0, 96.0));
    CHECK(within(lag, 1.0));
    CHECK(within(square_lag, 4.0));
    const double tail = std::erfc(std::sqrt(2.0));
    CHECK(within(beyond_two - tail, tail * (1.0 - tail)));
}

TEST_CASE("below: every value of a small range equally often") {
    RandomStream random(11);
    for (const std::uint32_t bound : {1U, 2U, 3U, 6U, 7U, 100U}) {
        constexpr int n = 70'000;
        std::vector<int> count(bound, 0);
        for (int i = 0; i < n; ++i) {
            const std::uint32_t draw = random.below(bound);
            REQUIRE(draw < bound);
            ++count[draw];
        }
        const double p = 1.0 / bound;
        for (const int c : count) CHECK(std::abs(c - n * p) <= standard_errors * std::sqrt(n * p * (1.0 - p)));
    }
}

TEST_CASE("below: no bias where a plain remainder has the most") {
    RandomStream random(13);
    // Of 2^32 numbers mod 3·2^30 the lowest third comes twice as often as the rest: 1/2 instead of 1/3.
    constexpr int n = 100'000;
    int lowest = 0;
    for (int i = 0; i < n; ++i) lowest += random.below(3U << 30U) < (1U << 30U) ? 1 : 0;
    CHECK(std::abs(lowest - n / 3.0) <= standard_errors * std::sqrt(n * 2.0 / 9.0));
}

TEST_CASE("chi-square: mean, variance and the upper tail for one degree of freedom and for many") {
    RandomStream random(17);
    constexpr int n = 100'000;
    for (const std::size_t degrees : {1UL, 2UL, 3UL, 10UL, 2000UL}) {
        CAPTURE(degrees);
        const auto k = static_cast<double>(degrees);
        double mean = 0.0;
        double square = 0.0;
        double above_mean = 0.0;
        for (int i = 0; i < n; ++i) {
            const double x = random.chi_square(degrees);
            REQUIRE(x > 0.0);
            mean += (x - k) / n;
            square += (x - k) * (x - k) / n;
            above_mean += x > k ? 1.0 / n : 0.0;
        }
        CHECK(std::abs(mean) <= standard_errors * std::sqrt(2.0 * k / n));
        // the fourth central moment is 12 k (k + 4)
        CHECK(std::abs(square - 2.0 * k) <= standard_errors * std::sqrt((12.0 * k * (k + 4.0) - 4.0 * k * k) / n));
        const auto tail = [&](double p) { return std::abs(above_mean - p) <= standard_errors * std::sqrt(0.25 / n); };
        if (degrees == 1) CHECK(tail(std::erfc(std::sqrt(0.5))));
        if (degrees == 2) CHECK(tail(std::exp(-1.0)));
    }
}

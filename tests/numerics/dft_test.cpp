#include "eigenflow/numerics/dft.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "eigenflow/numerics/random.hpp"

using eigenflow::numerics::DftPower;
using eigenflow::numerics::RandomStream;

namespace {

const std::vector<std::vector<int>> grids = {{1},    {2},    {3},    {4},    {6},    {7},     {8},    {15},
                                             {16},   {32},   {1, 1}, {1, 8}, {8, 1}, {2, 2},  {3, 5}, {4, 6},
                                             {5, 4}, {7, 8}, {8, 8}, {9, 9}, {6, 3}, {16, 12}};

std::vector<double> noise(std::size_t size, std::uint64_t seed) {
    RandomStream random(seed);
    std::vector<double> values(size);
    for (double& v : values) v = random.normal();
    return values;
}

std::vector<double> power_of(const std::vector<int>& shape, const std::vector<double>& values) {
    DftPower transform(shape);
    std::vector<double> power(values.size());
    transform(values, power);
    return power;
}

// The sum itself, O(N²), in long double.
long double direct_power(const std::vector<int>& shape, const std::vector<double>& values, int ky, int kx) {
    const int h = shape.size() == 2 ? shape[0] : 1;
    const int w = shape.back();
    long double re = 0;
    long double im = 0;
    for (int y = 0; y < h; ++y) {
        for (int x = 0; x < w; ++x) {
            const long double turns =
                static_cast<long double>(ky * y % h) / h + static_cast<long double>(kx * x % w) / w;
            const long double angle = 2 * std::numbers::pi_v<long double> * turns;
            const double v = values[static_cast<std::size_t>(y * w + x)];
            re += v * std::cos(angle);
            im -= v * std::sin(angle);
        }
    }
    return (re * re + im * im) / (h * w);
}

}  // namespace

TEST_CASE("DFT power equals the direct sum on 1-D and 2-D grids, odd and even") {
    for (const auto& shape : grids) {
        CAPTURE(shape.size());
        CAPTURE(shape.front());
        CAPTURE(shape.back());
        const int h = shape.size() == 2 ? shape[0] : 1;
        const int w = shape.back();
        const auto size = static_cast<std::size_t>(h * w);
        const std::vector<double> values = noise(size, 3);
        const std::vector<double> power = power_of(shape, values);
        double norm2 = 0.0;
        for (const double v : values) norm2 += v * v;
        // The contract: log2 N orthogonal stages and the final scale, each rounding by at most eps ‖x‖.
        const double allowed =
            (1 + std::log2(double(size))) * std::numeric_limits<double>::epsilon() * std::sqrt(norm2);
        for (int ky = 0; ky < h; ++ky) {
            for (int kx = 0; kx < w; ++kx) {
                const double exact = static_cast<double>(std::sqrt(direct_power(shape, values, ky, kx)));
                CHECK(std::abs(std::sqrt(power[static_cast<std::size_t>(ky * w + kx)]) - exact) <= allowed);
            }
        }
    }
}

TEST_CASE("DFT power: a transform that was moved goes on as the one that it was") {
    const std::vector<double> values = noise(12, 5);
    DftPower first({3, 4});
    std::vector<double> expected(12), power(12);
    first(values, expected);
    DftPower second(std::move(first));
    second(values, power);
    CHECK(power == expected);
    DftPower third({5});
    third = std::move(second);
    third(values, power);
    CHECK(power == expected);
}

TEST_CASE("DFT power keeps the sum of squares (Parseval)") {
    for (const auto& shape : grids) {
        const auto size = static_cast<std::size_t>((shape.size() == 2 ? shape[0] : 1) * shape.back());
        const std::vector<double> values = noise(size, 4);
        double squares = 0.0;
        for (const double v : values) squares += v * v;
        double power = 0.0;
        for (const double p : power_of(shape, values)) power += p;
        // Twice the relative error of the amplitudes, and N additions on either side.
        const double n = static_cast<double>(size);
        const double allowed = (2 * (1 + std::log2(n)) + 2 * n) * std::numeric_limits<double>::epsilon() * squares;
        CHECK(std::abs(power - squares) <= allowed);
    }
}

TEST_CASE("DFT power of mirrored frequencies is the same bytes") {
    for (const auto& shape : grids) {
        const int h = shape.size() == 2 ? shape[0] : 1;
        const int w = shape.back();
        const auto power = power_of(shape, noise(static_cast<std::size_t>(h * w), 5));
        for (int y = 0; y < h; ++y) {
            for (int x = 0; x < w; ++x) {
                CHECK(power[static_cast<std::size_t>(y * w + x)] ==
                      power[static_cast<std::size_t>((h - y) % h * w + (w - x) % w)]);
            }
        }
    }
}

TEST_CASE("DFT power of a pure wave sits at its two frequencies, signs and axes in place") {
    // cos 2π(2y/6 − x/8) on 6 × 8: half of the sum of squares, 12, at (2, −1) and half at (−2, 1).
    std::vector<double> wave(48);
    for (std::size_t i = 0; i < 48; ++i) {
        const double y = double(i / 8);
        const double x = double(i % 8);
        wave[i] = std::cos(2 * std::numbers::pi * (2 * y / 6 - x / 8));
    }
    const auto power = power_of({6, 8}, wave);
    // The amplitude √12 carries the contract's error, its square twice that relative to ‖x‖² = 24.
    const double allowed = 24 * 2 * (1 + std::log2(48.0)) * std::numeric_limits<double>::epsilon();
    for (std::size_t k = 0; k < 48; ++k) {
        const double expected = (k == 2 * 8 + 7 || k == 4 * 8 + 1) ? 12.0 : 0.0;
        CHECK(std::abs(power[k] - expected) <= allowed);
    }
}

#include "eigenflow/numerics/ein.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

#include "elementary.hpp"

namespace eigenflow::numerics {
namespace {

constexpr std::size_t degree = 13;

struct Interval {
    double centre;
    std::array<double, degree + 1> coefficients;  // falling powers of x − centre
};

constexpr std::array<Interval, 25> intervals = {{
#include "ein_table.inc"
}};

// E1(64) = 2.4e-30 is far below half an ulp of Ein(64) = 4.7.
constexpr double logarithm_alone = 64.0;

// [0, 1) is interval 0; above, the exponent and two leading bits of the mantissa count quarter octaves.
std::size_t interval_of(double x) {
    constexpr std::uint64_t one = std::bit_cast<std::uint64_t>(1.0) >> 50U;
    const std::uint64_t quarter = std::bit_cast<std::uint64_t>(x < 1.0 ? 0.75 : x) >> 50U;
    return static_cast<std::size_t>(quarter < one ? 0 : quarter - one + 1);
}

template <std::size_t Terms = degree + 1>
[[gnu::always_inline]] inline double falling(const std::array<double, degree + 1>& c, double s) {
    if constexpr (Terms == 1) {
        return c[0];
    } else {
        return elementary::multiply_add(falling<Terms - 1>(c, s), s, c[Terms - 1]);
    }
}

[[gnu::always_inline]] inline double polynomial(const Interval& interval, double x) {
    const double sum = falling(interval.coefficients, x - interval.centre);
    const double times_x = x * sum;
    return x < 1.0 ? times_x : sum;
}

// γ + ln x, x finite.
[[gnu::always_inline]] inline double logarithmic(double x) {
    return std::numbers::egamma + elementary::normal_logarithm(x);
}

constexpr std::size_t piece = 256;

// Entries of several intervals: those from 64 on are brought together for the logarithm, those in [1, 64) are looked up
// one by one, and the rest is the first interval's, which is taken for all. 14 gathered coefficients a lane are half as
// fast on [1e-6, 1e6], log-uniform. Every loop does one thing, to be vectorised.
void ein_mixed(const double* x, double* out, std::size_t count) {
    constexpr auto one = std::bit_cast<std::uint64_t>(1.0);
    constexpr std::uint64_t span = std::bit_cast<std::uint64_t>(logarithm_alone) - one;
    // Places of the two kinds. Without branches: mispredicted ones take 10 ns.
    std::array<std::uint8_t, piece> inner;
    std::array<std::uint8_t, piece> outer;
    std::size_t inner_count = 0;
    std::size_t outer_count = 0;
    for (std::size_t i = 0; i < count; ++i) {
        inner[inner_count] = static_cast<std::uint8_t>(i);
        outer[outer_count] = static_cast<std::uint8_t>(i);
        const std::uint64_t above = std::bit_cast<std::uint64_t>(x[i]) - one;  // wraps below 1
        inner_count += above < span ? 1 : 0;
        outer_count += x[i] >= logarithm_alone ? 1 : 0;
    }
    std::array<double, piece> value;
    std::array<double, piece> large;
    for (std::size_t i = 0; i < count; ++i) value[i] = x[i] < 1.0 ? x[i] : 0.0;
    for (std::size_t i = 0; i < count; ++i) {
        value[i] *= falling(intervals[0].coefficients, value[i] - intervals[0].centre);
    }
    constexpr std::size_t lanes = 8;
    const std::size_t filled = (outer_count + lanes - 1) / lanes * lanes;
    for (std::size_t j = 0; j < outer_count; ++j) large[j] = x[outer[j]];
    for (std::size_t j = outer_count; j < filled; ++j) large[j] = logarithm_alone;
    for (std::size_t j = 0; j < filled; ++j) large[j] = logarithmic(large[j]);
    for (std::size_t j = 0; j < outer_count; ++j) value[outer[j]] = large[j];
    for (std::size_t j = 0; j < inner_count; ++j) {
        const double here = x[inner[j]];
        value[inner[j]] = polynomial(intervals[interval_of(here)], here);
    }
    std::copy_n(value.data(), count, out);  // it may be x
}

// A piece at a time, by what its smallest and largest entry need. Modes in order share intervals: then the polynomial
// is the same for all, and a vector's.
void ein_piece(const double* x, double* out, std::size_t count) {
    // Bits, whose order is that of positive numbers; negative ones and NaN come above infinity. A chain of comparisons
    // of doubles would not be vectorised.
    std::uint64_t least = std::bit_cast<std::uint64_t>(x[0]);
    std::uint64_t most = least;
    for (std::size_t i = 0; i < count; ++i) {
        least = std::min(least, std::bit_cast<std::uint64_t>(x[i]));
        most = std::max(most, std::bit_cast<std::uint64_t>(x[i]));
    }
    if (most >= std::bit_cast<std::uint64_t>(std::numeric_limits<double>::infinity())) {
        for (std::size_t i = 0; i < count; ++i) out[i] = ein(x[i]);
        return;
    }
    const auto low = std::bit_cast<double>(least);
    const auto high = std::bit_cast<double>(most);
    if (low >= logarithm_alone) {
        for (std::size_t i = 0; i < count; ++i) out[i] = logarithmic(x[i]);
        return;
    }
    if (high < logarithm_alone && interval_of(low) == interval_of(high)) {
        const Interval shared = intervals[interval_of(low)];
        for (std::size_t i = 0; i < count; ++i) out[i] = polynomial(shared, x[i]);
        return;
    }
    ein_mixed(x, out, count);
}

}  // namespace

double ein(double x) {
    if (!(x >= 0.0)) return std::numeric_limits<double>::quiet_NaN();
    if (x < logarithm_alone) return polynomial(intervals[interval_of(x)], x);
    return x <= std::numeric_limits<double>::max() ? logarithmic(x) : x;
}

void ein(std::span<const double> x, std::span<double> out) {
    assert(x.size() == out.size());
    for (std::size_t i = 0; i < x.size(); i += piece) {
        ein_piece(x.data() + i, out.data() + i, std::min(piece, x.size() - i));
    }
}

double ein_difference(double x, double y) {
    if (x >= logarithm_alone && y >= logarithm_alone) return elementary::logarithm(x / y);
    return ein(x) - ein(y);
}

}  // namespace eigenflow::numerics

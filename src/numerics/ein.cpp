#include "eigenflow/numerics/ein.hpp"

#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

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
    if (x < 1.0) return 0;
    constexpr std::uint64_t one = std::bit_cast<std::uint64_t>(1.0) >> 50U;
    return (std::bit_cast<std::uint64_t>(x) >> 50U) - one + 1;
}

double polynomial(double x) {
    const Interval& interval = intervals[interval_of(x)];
    const double s = x - interval.centre;
    double sum = interval.coefficients[0];
    for (std::size_t j = 1; j <= degree; ++j) sum = sum * s + interval.coefficients[j];
    return x < 1.0 ? x * sum : sum;
}

}  // namespace

double ein(double x) {
    if (x < logarithm_alone) return x >= 0.0 ? polynomial(x) : std::numeric_limits<double>::quiet_NaN();
    return std::numbers::egamma + std::log(x);
}

void ein(std::span<const double> x, std::span<double> out) {
    assert(x.size() == out.size());
    for (std::size_t i = 0; i < x.size(); ++i) out[i] = ein(x[i]);
}

double ein_difference(double x, double y) {
    if (x >= logarithm_alone && y >= logarithm_alone) return std::log(x / y);
    return ein(x) - ein(y);
}

}  // namespace eigenflow::numerics

#pragma once

#include <boost/multiprecision/mpfr.hpp>
#include <cmath>

namespace eigenflow::torture {

/// 50 decimal digits: what is held against double arithmetic. Everything in Exact is written from the equations of
/// docs/theory.md, in their plain form, and shares no code with the library.
using Exact =
    boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<50, boost::multiprecision::allocate_stack>,
                                  boost::multiprecision::et_off>;

inline constexpr double epsilon = 2.220446049250313e-16;

/// Spacing of doubles around |scale|, not below the smallest normal one's.
inline double ulp(double scale) {
    const double size = std::max(std::abs(scale), 0x1p-1022);
    return std::ldexp(1.0, std::ilogb(size) - 52);
}

/// |value − exact| in ulp of scale.
inline double ulps(double value, const Exact& exact, double scale) {
    return static_cast<double>(abs(Exact(value) - exact)) / ulp(scale);
}

}  // namespace eigenflow::torture

#pragma once

#include <cmath>

namespace eigenflow::tests {

/// The larger of the two, NaN where either is: std::max(worst, NaN) is worst, so that a NaN passes every bound.
inline double worse(double worst, double error) { return error > worst || std::isnan(error) ? error : worst; }

}  // namespace eigenflow::tests

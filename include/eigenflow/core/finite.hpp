#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace eigenflow {

/// True when no entry is NaN or infinite.
inline bool all_finite(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

}  // namespace eigenflow

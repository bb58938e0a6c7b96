#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>

namespace eigenflow {

/// True when no entry is NaN or infinite.
inline bool all_finite(std::span<const double> values) {
    // By bits, without a branch: vectorised.
    constexpr auto infinite = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::infinity());
    constexpr std::uint64_t magnitude = ~(std::uint64_t{1} << 63U);
    std::uint64_t largest = 0;
    for (const double v : values) largest = std::max(largest, std::bit_cast<std::uint64_t>(v) & magnitude);
    return largest < infinite;
}

}  // namespace eigenflow

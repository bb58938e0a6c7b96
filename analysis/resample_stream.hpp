#pragma once

#include <cstdint>

#include "eigenflow/numerics/random.hpp"

namespace eigenflow::analysis {

/// A random stream for each resample of each fit of one seed: no number depends on which thread drew what.
/// @param fit       < 2^32
/// @param resample  < 2^32
inline numerics::RandomStream resample_stream(std::uint64_t seed, std::uint64_t fit, std::uint64_t resample) {
    // SplitMix64 (Steele, Lea, Flood 2014). Streams of consecutive numbers would start in arithmetic progression.
    std::uint64_t n = ((fit << 32U) | resample) + 0x9e3779b97f4a7c15ULL;
    n = (n ^ (n >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    n = (n ^ (n >> 27U)) * 0x94d049bb133111ebULL;
    return numerics::RandomStream(seed, n ^ (n >> 31U));
}

}  // namespace eigenflow::analysis

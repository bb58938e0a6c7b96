#pragma once

#include "eigenflow/data/moments.hpp"

namespace eigenflow::data {

/// Whether byte_moments() applies: entries are bytes, and sums of their products over all vectors are whole numbers
/// below 2^63.
bool has_exact_moments(const VectorSource& source);

/// measure_moments() of bytes, exact until the last division: Σ is [n Σ aᵢaⱼ − Σaᵢ Σaⱼ]/[n (n − 1)], a bytes less 128,
/// of whole numbers without rounding. Where the machine multiplies bytes (has_byte_dot_products()), and there are 64
/// columns or more, sums are of 32-bit whole numbers (PackedBytes), up to 64 MiB of vectors at a time. Elsewhere
/// products of 1024 vectors add up to at most 2^24, which a float32 holds: matrix products in float32, twice as fast as
/// in double, are exact in any order. The same bytes by both.
Result<Moments> byte_moments(const VectorSource& source, Threads threads);

}  // namespace eigenflow::data

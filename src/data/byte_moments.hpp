#pragma once

#include "eigenflow/data/moments.hpp"

namespace eigenflow::data {

/// Whether byte_moments() applies: entries are bytes, and sums of their products over all vectors are whole numbers
/// below 2^63.
bool has_exact_moments(const VectorSource& source);

/// measure_moments() of bytes, exact until the last division. Less 128 a byte is at most 2^7, and products of 1024
/// vectors add up to whole numbers of at most 2^24, which a float32 holds: matrix products in float32, twice as fast as
/// in double, are exact in any order. Σ is then [n Σ aᵢaⱼ − Σaᵢ Σaⱼ]/[n (n − 1)], of whole numbers without rounding.
Result<Moments> byte_moments(const VectorSource& source, Threads threads);

}  // namespace eigenflow::data

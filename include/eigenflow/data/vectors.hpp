#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "eigenflow/core/result.hpp"

namespace eigenflow::data {

/// Entries that are whole numbers from 0 to 255, as byte/divisor + offset.
struct ByteMap {
    double divisor = 1.0;
    double offset = 0.0;
};

/// n vectors of dimension d, read in blocks of consecutive vectors: they may be larger than memory.
///
/// `read(first, count, out)` fills out, count × d row-major, with the vectors first … first + count − 1 (from 0), and
/// gives the same numbers every time. Threads call it at the same time, for vectors of their own. What reads a source
/// checks that every entry is finite, and passes on the errors of `read`.
struct VectorSource {
    std::size_t count = 0;      ///< n
    std::size_t dimension = 0;  ///< d
    std::function<Result<void>(std::size_t first, std::size_t count, std::span<double> out)> read;
    std::optional<ByteMap> bytes = {};  ///< set where every entry is a byte: then sums of products are made exactly
};

/// Vectors that are in memory already: n × d row-major. Refuses d = 0 and a length that is no multiple of d.
Result<VectorSource> vectors_in_memory(std::vector<double> values, std::size_t dimension);

/// x/127.5 − 1: bytes 0 … 255 to [−1, 1], as diffusion models see images. Exactly NumPy's x/127.5-1.
VectorSource center_scale(VectorSource bytes);

/// Images (n, height, width, channels) to their mean over channels, (n, height, width).
/// Refuses sizes < 1 and a product that is not the source's dimension.
Result<VectorSource> gray_images(VectorSource images, int height, int width, int channels);

}  // namespace eigenflow::data

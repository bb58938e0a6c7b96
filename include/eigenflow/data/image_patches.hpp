#pragma once

#include <cstddef>

#include "eigenflow/core/result.hpp"
#include "eigenflow/data/vectors.hpp"

namespace eigenflow::data {

/// Square patches of images, cut out at every `stride`-th place that they fit into.
struct PatchGrid {
    int height = 0;
    int width = 0;
    int channels = 0;
    int side = 8;    ///< 1 … min(height, width)
    int stride = 4;  ///< ≥ 1

    std::size_t patches() const;    ///< per image: (⌊(height − side)/stride⌋ + 1) times the same for width
    std::size_t dimension() const;  ///< of a patch: side² channels
};

/// The patches as vectors (side, side, channels), those of one image in a row, row by row of places.
/// Refuses sizes out of range and a product that is not the source's dimension, ErrorKind::usage.
Result<VectorSource> image_patches(VectorSource images, const PatchGrid& grid);

}  // namespace eigenflow::data

#pragma once

#include <cstddef>
#include <vector>

#include "eigenflow/scenario/measure.hpp"

namespace eigenflow::scenario {

/// An NPY file as the vectors whose covariance is measured: plain, gray images, or the patches of images.
struct MeasuredVectors {
    NpyVectors file;
    data::VectorSource source;
    std::size_t cluster = 1;  ///< patches of an image
    std::vector<int> grid;    ///< of Fourier modes
};

/// Errors name the file. Files of plain vectors are taken to be images of `image_shape`, where that is known.
Result<MeasuredVectors> open_measured(const std::filesystem::path& file, const MeasureRequest& request,
                                      const std::vector<int>& image_shape);

}  // namespace eigenflow::scenario

#pragma once

#include "eigenflow/data/vectors.hpp"

namespace eigenflow::bench {

inline constexpr int image_side = 32;
inline constexpr int image_channels = 3;
inline constexpr std::size_t image_count = 10'000;
inline constexpr std::size_t image_size = std::size_t{image_side} * image_side * image_channels;

/// 10,000 colour images of bytes in [−1, 1] (data::center_scale), held as bytes and widened as they are read.
///
/// Seeded, and the same in every run. Pixels are a first-order autoregression along rows and columns (correlation
/// 0.95, as neighbours have in photographs) shared by the channels, plus a little noise of their own, rounded to bytes.
data::VectorSource byte_images();

}  // namespace eigenflow::bench

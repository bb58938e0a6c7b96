#include "eigenflow/data/vectors.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace eigenflow::data {

Result<VectorSource> vectors_in_memory(std::vector<double> values, std::size_t dimension) {
    if (dimension == 0 || values.size() % dimension != 0) {
        return Error{ErrorKind::usage, std::to_string(values.size()) +
                                           " values can't be cut into vectors of dimension " +
                                           std::to_string(dimension)};
    }
    const std::size_t count = values.size() / dimension;
    const auto held = std::make_shared<const std::vector<double>>(std::move(values));
    const auto read = [held, dimension](std::size_t first, std::size_t n, std::span<double> out) -> Result<void> {
        std::copy_n(held->data() + first * dimension, n * dimension, out.begin());
        return {};
    };
    return VectorSource{count, dimension, read};
}

VectorSource center_scale(VectorSource bytes) {
    const auto read = [inner = std::move(bytes.read)](std::size_t first, std::size_t n,
                                                      std::span<double> out) -> Result<void> {
        if (auto done = inner(first, n, out); !done) return done;
        for (double& x : out) x = x / 127.5 - 1.0;
        return {};
    };
    const bool plain = bytes.bytes && bytes.bytes->divisor == 1.0 && bytes.bytes->offset == 0.0;
    return {bytes.count, bytes.dimension, read,
            plain ? std::optional(ByteMap{.divisor = 127.5, .offset = -1.0}) : std::nullopt};
}

Result<VectorSource> gray_images(VectorSource images, int height, int width, int channels) {
    const bool positive = height >= 1 && width >= 1 && channels >= 1;
    const std::size_t c = positive ? static_cast<std::size_t>(channels) : 1;
    const std::size_t pixels = positive ? static_cast<std::size_t>(height) * static_cast<std::size_t>(width) : 0;
    if (!positive || images.dimension % c != 0 || images.dimension / c != pixels) {
        return Error{ErrorKind::usage, "images of " + std::to_string(height) + " x " + std::to_string(width) +
                                           " with " + std::to_string(channels) +
                                           " channels do not fit vectors of dimension " +
                                           std::to_string(images.dimension)};
    }
    const auto read = [inner = std::move(images.read), pixels, c](std::size_t first, std::size_t n,
                                                                  std::span<double> out) -> Result<void> {
        std::vector<double> colours(n * pixels * c);
        if (auto done = inner(first, n, colours); !done) return done;
        for (std::size_t p = 0; p < n * pixels; ++p) {
            double sum = 0.0;
            for (std::size_t k = 0; k < c; ++k) sum += colours[p * c + k];
            out[p] = sum / static_cast<double>(c);
        }
        return {};
    };
    return VectorSource{images.count, pixels, read};
}

}  // namespace eigenflow::data

#include "eigenflow/data/image_patches.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace eigenflow::data {

namespace {

std::size_t places(int length, int side, int stride) { return static_cast<std::size_t>((length - side) / stride) + 1; }

void cut_out(const double* image, const PatchGrid& grid, std::size_t patch, double* out) {
    const std::size_t across = places(grid.width, grid.side, grid.stride);
    const std::size_t top = patch / across * static_cast<std::size_t>(grid.stride);
    const std::size_t left = patch % across * static_cast<std::size_t>(grid.stride);
    const auto channels = static_cast<std::size_t>(grid.channels);
    const std::size_t run = static_cast<std::size_t>(grid.side) * channels;
    for (std::size_t y = top; y < top + static_cast<std::size_t>(grid.side); ++y) {
        out = std::copy_n(image + (y * static_cast<std::size_t>(grid.width) + left) * channels, run, out);
    }
}

}  // namespace

std::size_t PatchGrid::patches() const { return places(height, side, stride) * places(width, side, stride); }

std::size_t PatchGrid::dimension() const {
    return static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * static_cast<std::size_t>(channels);
}

Result<VectorSource> image_patches(VectorSource images, const PatchGrid& grid) {
    const bool positive = grid.height >= 1 && grid.width >= 1 && grid.channels >= 1;
    const bool fits = positive && grid.side >= 1 && grid.side <= std::min(grid.height, grid.width) && grid.stride >= 1;
    if (!fits || static_cast<std::size_t>(grid.height) * static_cast<std::size_t>(grid.width) *
                         static_cast<std::size_t>(grid.channels) !=
                     images.dimension) {
        return Error{ErrorKind::usage,
                     "patches of side " + std::to_string(grid.side) + " at stride " + std::to_string(grid.stride) +
                         " do not fit images of " + std::to_string(grid.height) + " x " + std::to_string(grid.width) +
                         ": the side must be 1 to " + std::to_string(std::min(grid.height, grid.width)) +
                         " and the stride at least 1"};
    }
    const std::size_t count = images.count * grid.patches();
    const auto read = [inner = std::move(images.read), grid, pixels = images.dimension](
                          std::size_t first, std::size_t n, std::span<double> out) -> Result<void> {
        const std::size_t each = grid.patches();
        const std::size_t image = first / each;
        const std::size_t last = (first + n + each - 1) / each;
        std::vector<double> block((last - image) * pixels);
        if (auto done = inner(image, last - image, block); !done) return done;
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t patch = first + i;
            cut_out(&block[(patch / each - image) * pixels], grid, patch % each, &out[i * grid.dimension()]);
        }
        return {};
    };
    return VectorSource{count, grid.dimension(), read};
}

}  // namespace eigenflow::data

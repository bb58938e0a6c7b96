#include "byte_images.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "eigenflow/numerics/random.hpp"

namespace eigenflow::bench {
namespace {

constexpr std::size_t side = image_side;
constexpr double correlation = 0.95;

// Unit variance and correlation 0.95 between neighbours: x_i = ρ x_(i−1) + √(1 − ρ²) z_i, along columns, then rows.
std::array<double, side * side> smooth_field(numerics::RandomStream& random) {
    const double fresh = std::sqrt(1.0 - correlation * correlation);
    std::array<double, side * side> field;
    for (double& v : field) v = random.normal();
    for (std::size_t i = side; i < field.size(); ++i) field[i] = correlation * field[i - side] + fresh * field[i];
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (i % side != 0) field[i] = correlation * field[i - 1] + fresh * field[i];
    }
    return field;
}

std::vector<std::uint8_t> seeded_bytes() {
    numerics::RandomStream random(1);
    std::vector<std::uint8_t> bytes;
    bytes.reserve(image_count * image_size);
    for (std::size_t image = 0; image < image_count; ++image) {
        for (const double shared : smooth_field(random)) {
            for (int channel = 0; channel < image_channels; ++channel) {
                const double value = 127.5 + 60.0 * shared + 6.0 * random.normal();
                bytes.push_back(static_cast<std::uint8_t>(std::clamp(std::round(value), 0.0, 255.0)));
            }
        }
    }
    return bytes;
}

}  // namespace

data::VectorSource byte_images() {
    static const std::vector<std::uint8_t> bytes = seeded_bytes();  // once for all benchmarks
    return data::center_scale({.count = image_count,
                               .dimension = image_size,
                               .read = [](std::size_t first, std::size_t count, std::span<double> out) {
                                   std::copy_n(bytes.data() + first * image_size, count * image_size, out.begin());
                                   return Result<void>();
                               }});
}

}  // namespace eigenflow::bench

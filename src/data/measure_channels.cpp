#include <utility>

#include "eigenflow/core/finite.hpp"
#include "eigenflow/data/channel_spectrum.hpp"
#include "eigenflow/numerics/dft.hpp"
#include "grid.hpp"
#include "vector_blocks.hpp"

namespace eigenflow::data {
namespace {

using Complex = ChannelSpectrum::Complex;

/// Places of half_plane(shape) in the transform's own half plane, height × (width/2 + 1).
std::vector<std::size_t> transform_places(std::span<const int> shape) {
    const int height = shape.size() == 2 ? shape.front() : 1;
    const auto width = static_cast<std::size_t>(shape.back() / 2 + 1);
    std::vector<std::size_t> places;
    for (const Frequency k : half_plane(shape)) {
        places.push_back(static_cast<std::size_t>(k.y < 0 ? k.y + height : k.y) * width +
                         static_cast<std::size_t>(k.x));
    }
    return places;
}

/// Sums F_k F_kᴴ of images: C² real numbers a frequency, those on and above the diagonal.
class ProductSums {
public:
    ProductSums(const std::vector<int>& shape, std::size_t channels)
        : channels_(channels), transform_(shape), places_(transform_places(shape)), plane_(transform_.size()) {
        coefficients_.assign(channels, std::vector<Complex>(transform_.half_size()));
    }
    std::size_t size() const { return places_.size() * channels_ * channels_; }

    void add(std::span<const double> image, std::span<double> sum) {
        for (std::size_t c = 0; c < channels_; ++c) {
            for (std::size_t p = 0; p < plane_.size(); ++p) plane_[p] = image[p * channels_ + c];
            transform_.coefficients(plane_, coefficients_[c]);
        }
        double* next = sum.data();
        for (const std::size_t place : places_) {
            for (std::size_t i = 0; i < channels_; ++i) {
                const Complex a = coefficients_[i][place];
                *next++ += a.real() * a.real() + a.imag() * a.imag();
                for (std::size_t j = i + 1; j < channels_; ++j) {
                    const Complex b = coefficients_[j][place];
                    *next++ += a.real() * b.real() + a.imag() * b.imag();
                    *next++ += a.imag() * b.real() - a.real() * b.imag();
                }
            }
        }
    }

private:
    std::size_t channels_;
    numerics::DftPower transform_;
    std::vector<std::size_t> places_;
    std::vector<double> plane_;
    std::vector<std::vector<Complex>> coefficients_;
};

std::vector<Complex> blocks_of(std::span<const double> sum, std::size_t channels, double scale) {
    std::vector<Complex> blocks(sum.size());
    const double* next = sum.data();
    for (std::size_t first = 0; first < blocks.size(); first += channels * channels) {
        for (std::size_t i = 0; i < channels; ++i) {
            blocks[first + i * channels + i] = scale * *next++;
            for (std::size_t j = i + 1; j < channels; ++j) {
                const Complex entry(scale * next[0], scale * next[1]);
                next += 2;
                blocks[first + i * channels + j] = entry;
                blocks[first + j * channels + i] = std::conj(entry);
            }
        }
    }
    return blocks;
}

}  // namespace

Result<ChannelSpectrum> measure_channels(const VectorSource& images, std::vector<int> shape, int channels,
                                         Threads threads) {
    if (auto ok = check_source(images); !ok) return ok.error();
    const auto c = static_cast<std::size_t>(channels < 1 ? 1 : channels);
    if (images.dimension % c != 0) {
        return Error{ErrorKind::usage, "images of " + std::to_string(images.dimension) + " numbers do not have " +
                                           std::to_string(channels) + " channels"};
    }
    if (auto ok = check_grid(shape, images.dimension / c); !ok) return ok.error();
    const auto mean = measure_mean(images, threads);
    if (!mean) return mean.error();

    const std::size_t d = images.dimension;
    std::vector<double> sum(ProductSums(shape, c).size(), 0.0);
    auto done = for_each_block(images, threads, [&](std::size_t, std::size_t rows, std::span<double> block) {
        centre(block, *mean, threads);
        const auto task = [&](std::size_t first, std::size_t last, std::span<double> partial) {
            ProductSums products(shape, c);
            for (std::size_t i = first; i < last; ++i) products.add(block.subspan(i * d, d), partial);
        };
        add_stripes(rows, threads, task, sum);
    });
    if (!done) return done.error();
    if (!all_finite(sum)) {
        return Error{ErrorKind::numerics, "the Fourier blocks overflow; scale the data down"};
    }
    return ChannelSpectrum::create(blocks_of(sum, c, 1.0 / static_cast<double>(images.count - 1)), std::move(shape),
                                   channels);
}

}  // namespace eigenflow::data

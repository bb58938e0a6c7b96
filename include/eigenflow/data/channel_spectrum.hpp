#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/data/vectors.hpp"

namespace eigenflow::data {

/// More channels than four (RGB, RGB and depth, latents) are refused.
inline constexpr int most_channels = 4;

/// Covariance of the unitary Fourier coefficients of images with C channels, F_k ∈ ℂ^C at every frequency k of a grid:
///
///     Σ_k = E[F_k F_kᴴ],   Hermitian, positive semi-definite,   Σ_(−k) = conj(Σ_k)  [data²]
///
/// Held are the blocks of half of the plane, one of every pair k, −k: those with k_x > 0, and of the columns that are
/// their own mirror, k_x = 0 and width/2, those with k_y ≥ 0. Blocks of k = −k are real.
class ChannelSpectrum {
public:
    using Complex = std::complex<double>;

    /// @param blocks  C × C row-major each, in the order of half_plane(shape)
    /// ErrorKind::usage for channels outside 1 … most_channels, a shape that is no grid, another number of blocks, and
    /// what block_problem() says of one, with its frequency. Eigenvalues within rounding of 0 are 0.
    static Result<ChannelSpectrum> create(std::vector<Complex> blocks, std::vector<int> shape, int channels);

    int channels() const { return channels_; }
    std::span<const int> shape() const { return shape_; }
    std::size_t places() const { return places_; }  ///< N, of the whole plane
    std::span<const Frequency> frequencies() const { return frequencies_; }
    std::span<const Complex> block(std::size_t half) const {
        const auto size = static_cast<std::size_t>(channels_ * channels_);
        return std::span(blocks_).subspan(half * size, size);
    }
    double total() const;  ///< Σ_k tr Σ_k over the whole plane

    /// Every block's eigenpairs, N C modes.
    Spectrum modes() const;
    /// The mean of the channels: 1ᵀ Σ_k 1/C², N modes. Real and ≥ 0 up to rounding, which is cut off.
    Spectrum gray() const;

private:
    ChannelSpectrum() = default;
    int channels_ = 1;
    std::vector<int> shape_;
    std::size_t places_ = 0;
    std::vector<Frequency> frequencies_;
    std::vector<Complex> blocks_;
};

/// The frequencies of which ChannelSpectrum holds blocks, row-major in the order of numpy.fft.rfft2. Empty for no grid.
std::vector<Frequency> half_plane(std::span<const int> shape);

/// What is wrong with a block, if anything: "has an entry that is not finite", "is not Hermitian …", "has a negative
/// eigenvalue …", "is not real, but its frequency is its own mirror". Tolerance 1e-12 of the trace.
std::optional<std::string> block_problem(std::span<const std::complex<double>> block, int channels, bool own_mirror);

/// Blocks of images (n, shape, channels): Σ_i F_k(x_i − μ) F_k(x_i − μ)ᴴ/(n − 1), streamed.
/// Accuracy: |δΣ_k| ≤ (n + 4 log2(2N)) eps tr Σ, tr over all frequencies. Cost: C transforms and C² N/2 multiply-adds
/// an image, two reads of the source. The same bytes for any threads. Errors: as fourier_spectrum.
Result<ChannelSpectrum> measure_channels(const VectorSource& images, std::vector<int> shape, int channels,
                                         Threads threads);

}  // namespace eigenflow::data

#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/data/spectrum.hpp"

namespace eigenflow::data {

/// Place of a filter's tap relative to the pixel it serves, on a circular grid; y is 0 for one-dimensional data.
struct Offset {
    int y = 0;
    int x = 0;
    bool operator==(const Offset&) const = default;
};

/// The taps of a filter of `side` (1-D) or side × side (2-D) taps, row-major, each component from −⌊(side−1)/2⌋ to
/// ⌊side/2⌋. The set holds −o with every o, on the circular grid: `side` is odd and at most the grid's smaller side, or
/// it is every side of the grid (then n/2 ≡ −n/2). Otherwise, and for more than 4096 taps, ErrorKind::usage.
Result<std::vector<Offset>> filter_window(std::span<const int> shape, int side);

/// The tap at offset 0, counted from 0.
std::size_t centre_tap(std::span<const Offset> window);

/// cos(2π k·o/n), k·o/n = k_y o_y/height + k_x o_x/width, from the exact integer phase.  Absolute accuracy 2 ε.
class GridCosine {
public:
    explicit GridCosine(std::span<const int> shape);
    double operator()(Frequency k, Offset o) const;

private:
    long long height_;
    long long width_;
    std::vector<double> cosine_;  // of 2π p/N, p = 0 … N − 1
};

/// Covariance of the patches that a filter sees, averaged over the N places of the grid (circular)   (T-8):
///
///     Σ_p[i, j] = (1/N) Σ_x Σ[x − o_i, x − o_j] = (1/N) Σ_k λ_k cos(2π k·(o_i − o_j)/n)
///
/// row-major, taps × taps, exactly symmetric, and exactly invariant under o → −o. `spectrum` must be Fourier.
/// Cost: N for every distinct o_i − o_j.
std::vector<double> patch_covariance(const Spectrum& spectrum, std::span<const Offset> window);

/// The same of images with C channels: entry (i C + a, j C + b) is
///
///     (1/N) Σ_x E[x_a(x − o_i) x_b(x − o_j)] = (1/N) Σ_k Re([Σ_k]_ab e^(2πi k·(o_j − o_i)/n))
///
/// `spectrum` must be of channels. row-major, taps C × taps C, exactly symmetric.
std::vector<double> channel_patch_covariance(const Spectrum& spectrum, std::span<const Offset> window);

/// e^(−2πi k·o/n), from the exact integer phase.
std::complex<double> grid_wave(std::span<const int> shape, Frequency k, Offset o);

}  // namespace eigenflow::data

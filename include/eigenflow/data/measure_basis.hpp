#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/data/vectors.hpp"

namespace eigenflow::data {

/// The modes along which samples are measured: what the training data have along them, and the directions themselves.
struct MeasureBasis {
    std::size_t count = 0;     ///< training vectors
    Spectrum spectrum;         ///< of the training data; m ≤ d modes, 0 where rounding is all there is  [data²]
    std::vector<double> mean;  ///< of the training data, d  [data]
    std::vector<double> directions;    ///< m × d row-major, orthonormal rows
    std::vector<std::size_t> partner;  ///< the mode of frequency −k; a mode without one is its own

    std::size_t modes() const { return spectrum.modes(); }
    std::size_t dimension() const { return mean.size(); }
};

/// The largest dimension whose whole covariance is taken without being asked for: with its workspace 0.5 GB.
inline constexpr std::size_t largest_whole_covariance = 4096;

/// The principal components of the data: all of them, or the `top` leading ones, 1 ≤ top ≤ d.
///
/// Up to d = 4096 from the whole covariance (measure_moments, principal_components), above it the leading ones by
/// Lanczos iteration (leading_components): a covariance of 4096² doubles and its workspace are 0.5 GB.
/// Variances of at most d eps λ_1, which are rounding, are 0 (n ≤ d vectors have n − 1 modes with variance).
/// Errors: as theirs; ErrorKind::file for vectors that are all the same.
Result<MeasureBasis> principal_basis(const VectorSource& source, std::optional<int> top, Threads threads);

/// The Fourier modes of a grid {N} or {height, width}, as real directions: √(2/N) cos(2π k·j/n) for the earlier of the
/// modes k and −k, √(2/N) sin for the later, 1/√N for k = −k. The power of the complex mode is the mean of both.
/// N ≤ 4096, else ErrorKind::usage: the directions are an N × N matrix. Powers of at most (N eps)² λ_1 are 0. Errors
/// otherwise: as fourier_spectrum; ErrorKind::file for images that are all the same.
Result<MeasureBasis> fourier_basis(const VectorSource& source, std::vector<int> shape, Threads threads);

}  // namespace eigenflow::data

#pragma once

#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/data/vectors.hpp"

namespace eigenflow::data {

/// Variance of the unitary Fourier coefficients of vectors on a grid {N} or {height, width}:
///
///     λ_k = Σ_i |F_k(x_i − μ)|² / (N (n − 1)),     Σ_k λ_k = tr Σ
///
/// The variances of a full convolution's modes; the eigenvalues of Σ when it is circulant. λ_k and λ_(−k) are the same
/// bytes. Accuracy: |δλ_k| ≤ (n + 4 log2(2N)) eps tr Σ for sizes with small factors.
/// Cost: O(n N log N), two reads of the source. Colour images: gray_images first.
/// Errors: ErrorKind::usage for a shape whose product is not the dimension; ErrorKind::file for n < 2, a vector that is
/// not finite, or what the source says.
Result<Spectrum> fourier_spectrum(const VectorSource& source, std::vector<int> shape, Threads threads);

}  // namespace eigenflow::data

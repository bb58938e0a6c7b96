#pragma once

#include <cstddef>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/data/measure_basis.hpp"
#include "eigenflow/data/vectors.hpp"

namespace eigenflow::data {

/// What the first rows of a sample set contribute to the variance along every mode: y_k², for a Fourier pair the mean
/// of its directions' squares, for clusters the clusters' means; less its mean and over its length (0 for a constant).
struct RowContributions {
    std::size_t samples = 0;      ///< of the whole set, clusters counted once
    std::size_t rows = 0;         ///< at most 1024, of one block
    std::vector<double> squares;  ///< rows × m, row-major
};

/// Cost: 1024 m d multiply-adds at most. The same bytes for any threads. Errors: what the source says.
Result<RowContributions> row_contributions(const VectorSource& samples, const MeasureBasis& basis, std::size_t cluster,
                                           Threads threads);

/// Correlation between the errors of λ̃_k in two sets of samples whose rows were generated from the same noise: for
/// Gaussian samples Cov(λ̃, λ̃′) = 2 c²/(n − 1), c the covariance of y and y′. Estimated as the correlation of y² and y′²
/// over rows, in [0, 1], to (1 − r²)/√rows.
///
/// Empty where the sets do not share their noise: other sizes, or a mean over modes below 0.1 or below 5/√(rows · m),
/// five standard deviations of independent sets.
std::vector<double> error_correlation(const RowContributions& a, const RowContributions& b);

}  // namespace eigenflow::data

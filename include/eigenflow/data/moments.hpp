#pragma once

#include <cstddef>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/data/vectors.hpp"

namespace eigenflow::data {

/// Mean μ and unbiased covariance Σ of n vectors of dimension d.
struct Moments {
    std::size_t count = 0;           ///< n ≥ 2
    std::vector<double> mean;        ///< d  [data]
    std::vector<double> covariance;  ///< d × d row-major, exactly symmetric  [data²]

    std::size_t dimension() const { return mean.size(); }
};

/// μ = Σ_i x_i / n,  Σ = Σ_i (x_i − μ)(x_i − μ)ᵀ / (n − 1), as np.cov.
///
/// Two passes, mean first: E[xxᵀ] − μμᵀ has no digit left at a mean of 1e6 and a standard deviation of 1e-2.
/// Accuracy: |δΣ_ij| ≤ (n + 4) eps √(Σ_ii Σ_jj) + (eps max|x|)² for x of either column (tests "covariance …").
/// Of bytes (VectorSource::bytes, n < 2^24) without rounding but in the last division, (tests "byte moments"): to 2
/// eps, whatever the source's own rounding of byte/divisor + offset. Cost: n d²/2 multiply-adds, and two reads of the
/// source; of bytes in float32 or as bytes, and one read. Memory: 8 d² bytes and one block, of bytes 64 MiB more.
/// Errors: ErrorKind::file for n < 2, a vector that is not finite, or what the source says; ErrorKind::usage for d >
/// 32767 (the limit of LAPACK's 32-bit workspace; use leading_variances); ErrorKind::numerics for overflow.
Result<Moments> measure_moments(const VectorSource& source, Threads threads);

}  // namespace eigenflow::data

#pragma once

#include <cstddef>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/data/vectors.hpp"

namespace eigenflow::data {

struct LeadingOptions {
    /// Centred vectors that fit are kept in memory as doubles; others are read again for every product  [bytes]
    std::size_t cache_bytes = std::size_t{1} << 30U;
    int max_restarts = 1000;  ///< ≥ 1; then non-convergence is reported
};

struct LeadingVariances {
    std::vector<double> variances;   ///< the k largest, falling  [data²]
    double total = 0.0;              ///< tr Σ of all d modes  [data²]
    int products = 0;                ///< products Σv made
    std::vector<double> components;  ///< k × d row-major unit vectors, largest entry positive; leading_components only
};

/// The k largest eigenvalues of the covariance by restarted Lanczos iteration (Spectra), without a d × d matrix:
/// Σv = Xcᵀ(Xc v)/(n − 1), Xc the centred vectors. 1 ≤ k < d.
///
/// For d too large for the covariance, or k ≪ d. Above k ≈ d/30 (n = 10 000, d = 3072) measure_moments and
/// principal_spectrum are faster, above d/3 by an order of magnitude. A variance that repeats exactly may be counted
/// once too few; measured data have no such thing.
///
/// Accuracy: |δλ| ≤ 1e-12 λ + (n + d) eps tr Σ. Starts from a fixed vector: same bytes for any threads and cache size.
/// Cost: 2nd multiply-adds a product, 2k … 10k products. Memory: the cache, 20 + 2k vectors, one block.
/// Errors: ErrorKind::usage for k or options out of range; ErrorKind::file for n < 2, a vector that is not finite or
/// what the source says; ErrorKind::numerics, with counts, when fewer than k converge.
Result<LeadingVariances> leading_variances(const VectorSource& source, int k, Threads threads,
                                           const LeadingOptions& options = {});

/// The same with the components; k ≤ n − 1, since the directions of null variances are arbitrary.
/// Accuracy of u_k: 1e-12 λ_k over the distance of λ_k to its neighbours.
Result<LeadingVariances> leading_components(const VectorSource& source, int k, Threads threads,
                                            const LeadingOptions& options = {});

}  // namespace eigenflow::data

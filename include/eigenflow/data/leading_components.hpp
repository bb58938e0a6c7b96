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
    /// Up to this dimension, and where there are as many vectors or more, Σ itself is made (8 d² bytes, less than the
    /// vectors take): products with it are d/n of the memory. 0: never.
    std::size_t largest_covariance = 4096;
    int max_restarts = 1000;  ///< ≥ 1; then non-convergence is reported
};

struct LeadingVariances {
    std::vector<double> variances;   ///< the k largest, falling  [data²]
    double total = 0.0;              ///< tr Σ of all d modes  [data²]
    int products = 0;                ///< products Σv made
    std::vector<double> components;  ///< k × d row-major unit vectors, largest entry positive; leading_components only
};

/// The k largest eigenvalues of the covariance by restarted Lanczos iteration (Spectra). 1 ≤ k < d. Up to
/// LeadingOptions::largest_covariance with products by Σ (measure_moments), above it without a d × d matrix:
/// Σv = Xcᵀ(Xc v)/(n − 1), Xc the centred vectors.
///
/// For k ≪ d: above k ≈ d/10 measure_moments and principal_spectrum are faster. A variance that repeats exactly may be
/// counted once too few; measured data have no such thing.
///
/// Accuracy: |δλ| ≤ 1e-12 λ + (n + d) eps tr Σ. Starts from a fixed vector: same bytes for any threads and cache size.
/// Cost: 2k … 10k products of d² multiply-adds after the covariance's n d²/2, or of 2nd. Memory: Σ or the cache, 20 +
/// 2k vectors, one block. Errors: ErrorKind::usage for k or options out of range; ErrorKind::file for n < 2, a vector
/// that is not finite or what the source says; ErrorKind::numerics, with counts, when fewer than k converge.
Result<LeadingVariances> leading_variances(const VectorSource& source, int k, Threads threads,
                                           const LeadingOptions& options = {});

/// The same with the components; k ≤ n − 1, since the directions of null variances are arbitrary.
/// Accuracy of u_k: 1e-12 λ_k over the distance of λ_k to its neighbours.
Result<LeadingVariances> leading_components(const VectorSource& source, int k, Threads threads,
                                            const LeadingOptions& options = {});

}  // namespace eigenflow::data

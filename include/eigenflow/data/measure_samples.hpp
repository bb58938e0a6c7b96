#pragma once

#include <cstddef>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/data/measure_basis.hpp"
#include "eigenflow/data/vectors.hpp"

namespace eigenflow::data {

struct MeasureOptions {
    std::size_t leading = 1;        ///< modes of the leading block, 1 … m; see leading_modes()
    bool single_precision = false;  ///< products in float32, sums across blocks in double
    std::size_t cluster = 1;        ///< vectors in a row that belong together (patches of one image); divides the count
};

/// What n generated samples have along the modes of the training data   (T-23)
struct SampleMoments {
    std::size_t count = 0;               ///< n; of clusters, where vectors come in clusters
    std::vector<double> variance;        ///< λ̃_k = u_kᵀ cov(X) u_k  [data²]
    std::vector<double> standard_error;  ///< of λ̃_k  [data²]
    std::vector<double> mean_deviation;  ///< (u_kᵀ (μ̃ − μ))²  [data²]
    std::vector<double> mean_variance;   ///< of the samples' own mean along the mode: what mean_deviation shows of it
    double chi = 0.0;                    ///< Σ_k λ̃_k² / Σ_jk (Uᵀ cov(X) U)_jk², over the modes of the basis
    double leading_chi = 0.0;            ///< the same over the leading block
    double aligned_chi = 0.0;            ///< chi of n samples of a Gaussian that is exactly aligned; NaN for clusters
    double aligned_leading_chi = 0.0;
};

/// Variance, alignment and mean deviation of samples along the modes of a basis, streamed in blocks.
///
/// Two reads of the source: the mean in double, then y = U(x − μ̃) by GEMM, whose squares and products are summed.
/// Projecting first keeps the digits of small modes: Uᵀ cov(X) U of a float32 cov(X) has an error of eps λ_1.
/// With single_precision a product sums at most 256 vectors before it is added in double, and squares always in double.
///
/// Fourier pairs (k, −k) share the mean of their two real directions; chi is that of the complex coefficients.
/// mean_variance: λ̃/n; of clusters, the scatter of the clusters' means, over n.
/// standard_error: λ̃ √(2/(n−1)), the one of Gaussian samples, and for a pair √((v_c² + v_s² + 2 c²)/(2(n−1))), c the
/// covariance of its directions. Of clusters, the scatter of the clusters' mean squares, over √n.
/// aligned_chi is a ratio of expectations: Wishart, E g_jk² = λ̃_j λ̃_k/(n−1), E g_kk² = λ̃_k² (1 + 2/(n−1)).
///
/// Accuracy, relative: double (n + d) eps √(λ̃_1/λ̃_k), float32 1e-6 up to λ̃_1/λ̃_k = 1e4 (tests "measured samples").
/// Cost: n m (d + m/2) multiply-adds. Memory: 8 m² + 12 m d bytes and three blocks. The same bytes for any threads.
/// Errors: ErrorKind::file for n < 2, a dimension that is not the basis's, or what the source says; ErrorKind::usage
/// for options out of range.
Result<SampleMoments> measure_samples(const VectorSource& samples, const MeasureBasis& basis,
                                      const MeasureOptions& options, Threads threads);

/// The fewest leading modes that hold `share` of the basis's variance, completed to whole Fourier pairs.
std::size_t leading_modes(const MeasureBasis& basis, double share);

}  // namespace eigenflow::data

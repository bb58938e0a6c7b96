#pragma once

#include <cstdint>

#include "eigenflow/core/strong_types.hpp"
#include "estimators/estimator.hpp"

namespace eigenflow::analysis {

struct Interval {
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();
};

struct BootstrapOptions {
    int resamples = 1000;      ///< ≥ 1
    double confidence = 0.95;  ///< 0 < confidence < 1
    std::uint64_t seed = 1;
    std::uint64_t fit = 0;  ///< number of this fit among those of one seed, < 2^32
};

/// Expanded percentile interval for the exponent over resamples of the modes (Hesterberg, American Statistician 69,
/// 2015): the tails are Φ(−t √(n/(n − p))), t the Student quantile of n − p degrees of freedom, p the law's parameters.
/// Plain percentiles are too narrow by √((n − p)/n), and by the normal for the Student quantile: of 24 modes they cover
/// 93.6 % where these cover 95.4 %.
///
/// An estimator that uses censored modes has them resampled with the others. Resample r draws from a stream of its own,
/// so that the interval does not depend on `threads`. A resample with fewer different λ than p is drawn again.
/// @param points  at least p + 1, of at least p different λ
Interval bootstrap_interval(const Points& points, const Estimator& estimator, const Estimate& full,
                            const BootstrapOptions& options, Threads threads);

/// ± the Student t quantile of n − p degrees of freedom times the standard error; NaN below p + 1 points.
Interval student_interval(const Estimate& full, std::size_t points, int parameters, double confidence);

}  // namespace eigenflow::analysis

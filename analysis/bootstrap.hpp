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

/// Percentile interval for the exponent over resamples of the modes. Resample r draws from a stream of its own, so that
/// the interval does not depend on `threads`. A resample with fewer than two different λ is drawn again.
/// @param points  at least 3, of at least two different λ
Interval bootstrap_interval(const Points& points, const Estimator& estimator, const Estimate& full,
                            const BootstrapOptions& options, Threads threads);

/// ± the Student t quantile of n − 2 degrees of freedom times the standard error; NaN below 3 points.
Interval student_interval(const Estimate& full, std::size_t points, double confidence);

}  // namespace eigenflow::analysis

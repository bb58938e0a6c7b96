#pragma once

#include <Eigen/Core>
#include <span>

#include "line.hpp"

namespace eigenflow::analysis {

/// The exponents of resamples of some points: what all resamples have in common is computed once, when it is made.
class Resampler {
public:
    virtual ~Resampler() = default;
    /// @param counts     how often each mode was drawn, one resample a column: emerged modes and, for an estimator that
    ///                   uses them, behind those the censored ones
    /// @param exponents  one per resample; NaN where there is none
    virtual void exponents(const Eigen::ArrayXXd& counts, std::span<double> exponents) const = 0;
};

/// The emerged modes of some points in arrays of Eigen's own, over which it sums in one order wherever they lie.
struct ModeColumns {
    ModeColumns(const Points& points, double scatter);

    Eigen::ArrayXd log_variance, log_tau;
    Eigen::ArrayXd weight;  ///< 1/(v_i + scatter²), 1 without measurement errors
};

/// As of points, each counted `weight` times.
Moments moments_of(const ModeColumns& modes, const Eigen::ArrayXd& weight);

}  // namespace eigenflow::analysis

#pragma once

#include <Eigen/Core>
#include <span>

#include "estimator.hpp"

namespace eigenflow::analysis {

/// A line ln τ* = level − exponent (ln λ − centre).
struct CentredLine {
    double centre = 0.0;
    double level = 0.0;
    double exponent = 0.0;
};

/// The minimum of Σ 2 count_i (√(1 + u²) − 1), u = (ln τ* − line)/scale_i. The sum is convex: Newton's steps as long as
/// each leaves less than a quarter of the slope, which from the fit of all modes is so until nothing is left; else
/// iteratively reweighted least squares, which always descends. Ceres' optimum to 1e-8 (test "T-21 robust
/// reweighting"), at a hundredth of its cost: the bootstrap's inner loop.
class SoftL1 {
public:
    /// @param scales  one per mode, > 0
    /// @param centre  of the lines
    SoftL1(const Points& points, std::span<const double> scales, double centre);

    /// From a line of the same centre. Ends when no u moves by more than 1e-6 in a step of Newton's, which is good to
    /// the square of it; or no parameter by more than 1e-10 of 1 + |parameter|, in 200 rounds at most.
    /// @param counts  how often each mode is there
    CentredLine minimum(const Eigen::Ref<const Eigen::ArrayXd>& counts, CentredLine start) const;

private:
    Eigen::ArrayXd x_, y_;      ///< ln λ − centre, ln τ*
    Eigen::ArrayXd precision_;  ///< 1/scale²
    double reach_;              ///< max |x|
    double sharpest_;           ///< max 1/scale
};

}  // namespace eigenflow::analysis

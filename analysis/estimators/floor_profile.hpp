#pragma once

#include <Eigen/Core>
#include <vector>

#include "estimator.hpp"

namespace eigenflow::analysis {

/// τ* = A (λ + λ_0)^(−α) with A and α at their least squares for a given λ_0: what is left is a function of one number.
/// That number is u = ln(1 + λ_0/λ_min), 0 ≤ u ≤ largest(): linear in λ_0 below the smallest λ, logarithmic above. At
/// largest() λ_0 is ten times the largest λ, and the law an exponential.
class FloorProfile {
public:
    /// @param weights  one per mode, or none
    FloorProfile(const Points& points, const std::vector<double>& weights);

    struct Fit {
        double u = 0.0;
        double level = 0.0;  ///< ln A
        double exponent = 0.0;
        double rss = 0.0;  ///< Σ w r²
    };
    /// Cost: two passes and one logarithm a mode.
    Fit at(double u);
    /// The best of `starts` values of u, refined by Brent's method to half the digits; 0 if nothing is better.
    Fit minimum(int starts);

    double largest() const { return largest_; }
    double floor_of(double u) const;  ///< λ_0  [data²]
    double log_least() const { return log_least_; }

private:
    double log_least_;      ///< ln λ_min
    Eigen::ArrayXd ratio_;  ///< λ/λ_min
    Eigen::ArrayXd y_, w_;  ///< ln τ*, weights
    Eigen::ArrayXd x_, r_;  ///< ln(λ + λ_0), residuals: kept between calls
    double largest_;
};

}  // namespace eigenflow::analysis

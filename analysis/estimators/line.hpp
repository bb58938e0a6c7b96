#pragma once

#include <span>
#include <vector>

#include "estimator.hpp"

namespace eigenflow::analysis {

/// Centred moments of x = ln λ and y = ln τ*, weighted by w (all 1 where no weights are given).
struct Moments {
    double mean_x = 0.0;
    double mean_y = 0.0;
    double sxx = 0.0;  ///< Σ w (x − x̄)²
    double sxy = 0.0;  ///< Σ w (x − x̄)(y − ȳ)
    double syy = 0.0;  ///< Σ w (y − ȳ)²
};

/// Two passes: sums of squares minus squares of sums lose the digits that a narrow spectrum needs.
/// @param weights  one per mode, or none
Moments moments_of(const Points& points, std::span<const double> weights = {});

/// Σ w (y − ȳ + α (x − x̄) − shift)², the squared residuals of the line of exponent α that passes `shift` above the
/// means.
double residual_sum(const Points& points, const Moments& m, std::span<const double> weights, double exponent,
                    double shift = 0.0);

/// The least-squares line through ln τ*, weighted by 1/(v_i + s²) where τ* has standard errors (T-21).
struct LeastSquaresLine {
    Moments moments;
    double exponent = 0.0;
    double rss = 0.0;             ///< Σ w r²
    double scatter = 0.0;         ///< s; without standard errors √(RSS/(n − 2)), 0 for two modes
    double exponent_se = 0.0;     ///< NaN for two modes
    std::vector<double> weights;  ///< empty: all alike
};

/// The line and s depend on each other; they are solved in turn until s² moves by less than 1e-12 of itself.
LeastSquaresLine least_squares_line(const Points& points);

}  // namespace eigenflow::analysis

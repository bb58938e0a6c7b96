#pragma once

#include "estimator.hpp"

namespace eigenflow::analysis {

/// Centred moments of x = ln λ and y = ln τ*.
struct Moments {
    double mean_x = 0.0;
    double mean_y = 0.0;
    double sxx = 0.0;  ///< Σ (x − x̄)²
    double sxy = 0.0;  ///< Σ (x − x̄)(y − ȳ)
    double syy = 0.0;  ///< Σ (y − ȳ)²
};

/// Two passes: sums of squares minus squares of sums lose the digits that a narrow spectrum needs.
Moments moments_of(const Points& points);

/// Σ (y − ȳ + α (x − x̄) − shift)², the squared residuals of the line of exponent α that passes `shift` above the means.
double residual_sum(const Points& points, const Moments& m, double exponent, double shift = 0.0);

}  // namespace eigenflow::analysis

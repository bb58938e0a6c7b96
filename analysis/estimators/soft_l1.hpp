#pragma once

#include <span>

#include "estimator.hpp"

namespace eigenflow::analysis {

/// A line ln τ* = level − exponent (ln λ − centre).
struct CentredLine {
    double centre = 0.0;
    double level = 0.0;
    double exponent = 0.0;
};

/// The minimum of Σ 2 (√(1 + u²) − 1), u = (ln τ* − line)/scale_i, by iteratively reweighted least squares from
/// `start`: weights 1/(scale_i² √(1 + u²)), until no parameter moves by more than 1e-10 of 1 + |parameter|, or 200
/// rounds. Ceres' optimum to 1e-8 (test "T-21 robust reweighting"), at a fortieth of its cost: the bootstrap's inner
/// loop.
CentredLine soft_l1_line(const Points& points, std::span<const double> scales, CentredLine start);

}  // namespace eigenflow::analysis

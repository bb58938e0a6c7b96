#pragma once

#include <functional>
#include <vector>

#include "dense_moments.hpp"

namespace eigenflow::torture {

/// dx/d(coordinate) = K x + k of every training time (T-19), as [K k].
using DenseDrift = std::function<std::vector<Matrix>(Real coordinate)>;

/// How finely panels are made.
struct DenseFlowOptions {
    Real tail = 1e-10L;  ///< of the last Legendre coefficients of [K k], times the panel's length
    Real turn = 4;       ///< the largest of |K| times the panel's length
    Real longest = 1;    ///< of a panel
    int most_panels = 2000;
};

/// [M m] for every training time: what x = 0 and unit vectors become from `from` to `to`.
///
/// Gauss collocation with 16 nodes, whose order is 32, on panels that are halved until a polynomial of degree 15 is all
/// that [K k] is. Empty where that takes too many panels or `drift` gives nothing.
std::vector<Matrix> dense_flow(const DenseDrift& drift, Real from, Real to, const DenseFlowOptions& options = {});

}  // namespace eigenflow::torture

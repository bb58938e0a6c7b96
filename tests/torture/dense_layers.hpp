#pragma once

#include <vector>

#include "dense_weights.hpp"

namespace eigenflow::torture {

/// W = P Q, or P Pᵀ where Q is empty, and b.
struct DenseLayers {
    Matrix first;   ///< P, d × h
    Matrix second;  ///< Q, h × d
    Vector bias;

    bool tied() const { return second.size() == 0; }
    Matrix joined() const;  ///< [W b]
};

/// [W b] at each of the times   (T-20, T-10):
///
///     [G g] = 2ω (W̃ S̃ − C̃),   dP/dτ = −η G Qᵀ,   dQ/dτ = −η Pᵀ G,   db/dτ = −η g;   tied: dP/dτ = −η (G + Gᵀ) P
///
/// Everything is a product of what is known, so that Taylor coefficients follow from those before.
std::vector<Matrix> trained_layers(DenseLayers layers, const DenseRegression& regression,
                                   const std::vector<Progress>& times, Real tolerance);

}  // namespace eigenflow::torture

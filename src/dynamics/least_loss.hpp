#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "eigenflow/model/objective.hpp"

namespace eigenflow::dynamics {

/// Levels that an integral over the noise runs between, in either direction.
struct NoiseSpan {
    NoiseLevel noise;
    NoiseLevel data;
};

/// Whether ∫ f over the path's coordinate, whose value up to where the path is cut is `whole`, has died away there
/// (pure noise, pure data), or at least falls there. Where it does neither, it has no finite value.
bool dies_away(const model::Objective& objective, NoiseSpan span,
               const std::function<double(const model::NoiseTerms&)>& f, double whole);

/// The loss of the best weights of all,  ∫ ω Σ λ (a v − s u)²/(a²λ + s²) dν   (T-1, T-22), to an absolute tolerance.
/// Infinite where it has no finite value: weighting "inverse-variance" up to pure data.
double least_loss(const model::Objective& objective, NoiseSpan span, std::span<const double> lambda, double tolerance);

/// What a loss is measured by: it is known to 1e-10 of this.
struct LossScale {
    std::size_t first = 0;  ///< the first time at which the loss has a finite value: untrained weights may lose without
                            ///< bound at an end of the path where trained ones do not
    double tolerance = 0.0;  ///< absolute, > 0
};
/// @param least   the loss of the best weights, finite
/// @param excess  roughly, beyond that, at a time; infinite where it has no finite value
LossScale loss_scale(std::span<const double> tau, double least, const std::function<double(double)>& excess);

}  // namespace eigenflow::dynamics

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

/// What is left of f, a density over the path's coordinate, where the path is cut (pure noise, pure data).
struct LeftAtCut {
    double largest = 0.0;  ///< |f|; 0 where no end is cut
    bool falls = true;     ///< at each such end, at least as e^(−|x|/5)
};
using Density = std::function<double(const model::NoiseTerms&)>;
LeftAtCut left_at_cut(const model::Objective& objective, NoiseSpan span, const Density& f);

/// |value|, that of ∫ f up to where the path is cut, or infinity where f has neither died away there nor falls. NaN
/// stays.
double value_or_infinity(const model::Objective& objective, NoiseSpan span, const Density& f, double value);

/// The density of the loss of the best weights of all,  ω Σ λ (a v − s u)²/(a²λ + s²) dν/dx   (T-1, T-22)
double least_at(const model::NoiseTerms& at, std::span<const double> lambda);

/// Its integral, to an absolute tolerance. Infinite where it has no finite value: weighting "inverse-variance" up to
/// pure data, whatever is predicted but the data.
double least_loss(const model::Objective& objective, NoiseSpan span, std::span<const double> lambda, double tolerance);

struct LossScale {
    std::size_t first = 0;  ///< the first time at which the loss has a finite value: untrained weights may lose without
                            ///< bound at an end of the path where trained ones do not
    double tolerance = 0.0;  ///< 1e-10 of the minimum and the excess at τ = 0, or at that first time; > 0
};
/// @param least   the loss of the best weights, finite
/// @param excess  roughly, beyond that, at a time; infinite where it has no finite value
LossScale loss_scale(std::span<const double> tau, double least, const std::function<double(double)>& excess);

}  // namespace eigenflow::dynamics

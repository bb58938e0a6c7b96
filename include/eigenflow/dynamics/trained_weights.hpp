#pragma once

#include <memory>
#include <span>

#include "eigenflow/core/result.hpp"
#include "eigenflow/dynamics/generated_variance.hpp"

namespace eigenflow::dynamics {

/// Clock 1 solved: the weights of a learning problem at any training time, whatever rule and coupling. What samplers
/// integrate. Const and thread-safe; spans hold modes.count entries per time, modes contiguous.
class TrainedWeights {
public:
    virtual ~TrainedWeights() = default;
    TrainedWeights() = default;
    TrainedWeights(const TrainedWeights&) = delete;
    TrainedWeights& operator=(const TrainedWeights&) = delete;

    /// w(τ) at noise level `at`. tau: non-negative and rising. An unstable gradient descent gives NaN.
    virtual void weights(const model::NoiseTerms& at, std::span<const double> tau, model::ModeRange modes,
                         std::span<double> weight) const = 0;

    /// w(τ) − w*(t), which the probability flow integrates.
    virtual void deviations(const model::NoiseTerms& at, std::span<const double> tau, model::ModeRange modes,
                            std::span<double> deviation) const = 0;

    /// w(∞) − w*(t).
    virtual void limit_deviations(const model::NoiseTerms& at, model::ModeRange modes,
                                  std::span<double> deviation) const = 0;

    /// True where a weight at τ costs all the steps before it, so that all times are best asked for at once.
    virtual bool sweeps() const { return false; }
};

/// Error{usage} where the problem has no meaning: an average over noise levels that is not finite.
Result<std::shared_ptr<const TrainedWeights>> make_trained_weights(const LearningProblem& problem);

/// The step η below which gradient descent is stable near the optimum at every noise level that is sampled (T-10):
/// min 2/κ over 1000 levels, evenly spaced in the path's coordinate, and both ends. Infinite where nothing is learned.
LearningRate largest_stable_rate(const LearningProblem& problem);

/// h and m averaged over the training measure, with omega = 1: what a network shared by all noise levels sees (T-1).
Result<model::NoiseTerms> shared_terms(const model::Objective& objective);

}  // namespace eigenflow::dynamics

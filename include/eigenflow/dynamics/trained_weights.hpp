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

    /// w(∞), without the cancellation of w(∞) − w*(t) where w* is much larger.
    virtual void limit_weights(const model::NoiseTerms& at, model::ModeRange modes, std::span<double> weight) const = 0;

    /// w(∞) − w*(t).
    virtual void limit_deviations(const model::NoiseTerms& at, model::ModeRange modes,
                                  std::span<double> deviation) const = 0;

    /// True where a weight at τ costs all the steps before it, so that all times are best asked for at once.
    virtual bool sweeps() const { return false; }
};

/// Error{usage} where the problem has no meaning: an average over noise levels that is not finite.
Result<std::shared_ptr<const TrainedWeights>> make_trained_weights(const LearningProblem& problem);

struct StableRate {
    double value = 0.0;         ///< η  [1/(sharpness of the loss)]
    bool set_by_start = false;  ///< by the initial weights rather than by the limit of training
};

/// The largest step η at which gradient descent is stable at every noise level that is sampled: 2/κ, κ the largest
/// stiffness at the start or at the limit that training approaches (T-10, model::Stiffness).
///
/// At the limit 2/κ is sharp: a little beyond, a start next to it moves away. From the start it is sufficient: no step
/// there overshoots to more than its distance on the other side. P Pᵀ gets by with up to three times as much, by
/// leaping over zero. Linear networks have one κ everywhere.
///
/// κ is the largest of 501 noise levels, evenly spaced in the path's coordinate, and of a golden-section search around
/// it. Infinite where nothing is learned, 0 where the shared average does not exist.
StableRate largest_stable_rate(const LearningProblem& problem);

/// Error{usage} with the number of steps and the remedy where training to `last` takes gradient descent more than 1e7
/// steps of the layers (0.1 s for a mode at each of some 500 noise levels), or, of linear networks in closed form,
/// 2^53: doubles count no further.
Result<void> check_descent_steps(const LearningProblem& problem, TrainingTime last);

/// h and m averaged over the training measure, with omega = 1: what a network shared by all noise levels sees (T-1).
Result<model::NoiseTerms> shared_terms(const model::Objective& objective);

}  // namespace eigenflow::dynamics

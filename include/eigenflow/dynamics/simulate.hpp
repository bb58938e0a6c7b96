#pragma once

#include <functional>
#include <string>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/trajectories.hpp"
#include "eigenflow/dynamics/generated_variance.hpp"

namespace eigenflow::dynamics {

struct SimulationRequest {
    LearningProblem problem;
    std::string training_solver = "auto";  ///< auto | closed-form | quadrature | ode
    SamplingSpec sampling;
    std::vector<double> tau;                ///< 0, then strictly rising
    std::vector<double> noise_levels;       ///< where weights are wanted, in the path's coordinate t
    std::vector<std::size_t> weight_modes;  ///< of which modes, counted from 0
    Threads threads{1};
    /// Called, from any thread, after each block of modes: how many it held, of how many in all.
    std::function<void(std::size_t modes, std::size_t total)> progress = {};
};

/// One row of weights.csv.
struct WeightRecord {
    double tau;
    double noise_level;
    std::size_t mode;
    double weight;
    double optimal_weight;
};

/// The weights of weights.csv, 8 bytes each. Rows: τ outermost, then noise level, then mode.
struct WeightRows {
    std::vector<double> tau;
    std::vector<double> noise_levels;
    std::vector<std::size_t> modes;
    std::vector<double> weight;          ///< of every row
    std::vector<double> optimal_weight;  ///< at [level * modes.size() + mode], whatever the τ

    /// For every τ, noise level and mode; weights are NaN.
    WeightRows() = default;
    WeightRows(std::vector<double> times, std::vector<double> levels, std::vector<std::size_t> of_modes);

    std::size_t size() const { return weight.size(); }
    std::size_t row(std::size_t time, std::size_t level, std::size_t mode) const {
        return (time * noise_levels.size() + level) * modes.size() + mode;
    }
    WeightRecord operator[](std::size_t row) const;
};

/// What a run says of networks that couple modes (colour channels of a patch convolution), whose law is no product of
/// modes: one entry per τ. Empty otherwise.
struct CoupledModes {
    std::vector<double> chi;  ///< Σ_k C_kk² / Σ_jk |C_jk|², C the generated covariance in the data's modes (T-23)
    std::vector<double> leading_chi;   ///< the same over the leading modes
    std::size_t leading_modes = 0;     ///< how many those are: the fewest that hold 90 % of the variance
    std::vector<double> off_diagonal;  ///< Σ_{j≠k} |C_jk|²  [data⁴]
    /// Distances of the laws themselves (T-22); a sum over modes would take the off-diagonal for zero.
    struct Distances {
        double kl = 0.0, w2 = 0.0, limit_kl = 0.0, limit_w2 = 0.0;
        double sampler_kl = 0.0, sampler_w2 = 0.0;  ///< 0 for exact sampling
    };
    std::vector<Distances> distances;
};

struct Simulation {
    Trajectories trajectories;
    WeightRows weights;
    std::vector<double> loss;  ///< the objective's training loss at every τ, summed over modes
    /// Under a discretised sampler: what exact sampling with the same weights generates, as trajectories.variance;
    /// empty otherwise.
    std::vector<double> exact_variance;
    /// Estimates of |error of ln λ̃|, shaped as trajectories.variance; empty where the route has none.
    std::vector<double> error;
    std::vector<RouteFailure> failures;         ///< of trajectories.variance
    std::vector<RouteFailure> exact_failures;   ///< of exact_variance
    std::vector<RouteFailure> weight_failures;  ///< of weights: once a mode and noise level, at the first bad τ
    bool complete() const { return failures.empty() && exact_failures.empty() && weight_failures.empty(); }
    RouteCounts counts;
    std::string solver;                     ///< the route used
    double promise = log_variance_promise;  ///< what `error` is held against, of the larger of 1 and |ln λ̃|
    CoupledModes coupled;

    /// A variance whose estimate misses `log_variance_promise`: the quadrature's budget ended first, or λ̃ is below the
    /// normal doubles (untrained noise prediction at σ_T = 5000: ln λ̃ = −10⁴).
    bool imprecise(std::size_t time, std::size_t mode) const;
    std::size_t imprecise_count() const;
    /// Those of them that are below the normal doubles.
    std::size_t vanishing_count() const;
};

/// The two nested clocks: for every τ the trained weights, and the variance that sampling with them generates.
///
/// The training loss is ∫ ω E|F − y|² dν over the noise levels from noise to data (dν as in T-1).
/// `trajectories.evaluate` gives λ̃ at any time; under gradient descent ln λ̃ is linear in τ between two whole steps.
/// Error{usage} where the route does not exist or descent takes too many steps (check_descent_steps); single variances
/// and weights that fail are NaN and listed in `failures`, `exact_failures` and `weight_failures`; "unstable gradient
/// descent" is one of their reasons.
/// The same bytes for any number of threads.
Result<Simulation> simulate(const SimulationRequest& request);

/// Times as training takes them: unchanged for gradient flow, whole steps without repeats for gradient descent.
std::vector<double> training_times(const LearningProblem& problem, std::vector<double> tau);

/// 0, then `points` values from first to last, evenly spaced in ln τ; the ends are exact.  0 < first < last, points
/// ≥ 2.
std::vector<double> log_spaced_times(double first, double last, int points);

}  // namespace eigenflow::dynamics

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/dynamics/matrix_problem.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"

namespace eigenflow::dynamics {

/// How the probability flow of coupled modes is integrated.
struct MatrixFlowOptions {
    double tolerance = 1e-11;        ///< of ln λ̃, summed over panels, > 0
    std::size_t max_panels = 4096;   ///< of one τ, ≥ 1
    std::size_t uniform_panels = 0;  ///< > 0: that many panels of equal length instead of error control
};

struct MatrixRequest {
    MatrixProblem problem;
    SamplingSpec sampling;                  ///< exact is the exponential integrator, ode Boost.Odeint
    std::vector<double> tau;                ///< 0, then strictly rising
    std::vector<double> noise_levels;       ///< where weights are wanted, in the path's coordinate t
    std::vector<std::size_t> weight_modes;  ///< of which modes, counted from 0
    std::size_t ensemble = 0;  ///< samples ≥ 2 instead of the covariance; 0: only beyond largest_covariance
    std::uint64_t ensemble_seed = 1;
    double leading_share = 0.9;  ///< the leading block holds that share of the data's variance, in (0, 1]
    MatrixFlowOptions flow = {};
    bool needs_limit = false;  ///< refuse where the limit of training is not known
    Threads threads{1};
    /// Called, from any thread, as times are done: how many more, of how many in all.
    std::function<void(std::size_t times, std::size_t total)> progress = {};
    /// Called once for every τ_i that did not fail, from any thread and in any order: the covariance (d × d) and the
    /// mean (d) of what is generated, in the data's eigenframe; with an ensemble, the sample covariance. The spans end
    /// with the call.
    std::function<void(std::size_t time, std::span<const double> covariance, std::span<const double> mean)> visit = {};
    /// Called under a discretised sampler, after all visits, with what exact sampling of the same weights generates.
    std::function<void(std::size_t time, std::span<const double> covariance, std::span<const double> mean)>
        visit_exact = {};
    /// Called once, before any visit, with the same of τ → ∞, where that is known.
    std::function<void(std::span<const double> covariance, std::span<const double> mean)> visit_limit = {};
};

/// Layers, whose weights are an integration at every noise level and known to some 1e-11, take so many tolerances: 1.6
/// times fewer panels.
inline constexpr double swept_tolerance = 30.0;

/// Up to so many modes the whole covariance is propagated; beyond, a seeded ensemble of default_ensemble samples.
inline constexpr std::size_t largest_covariance = 512;
inline constexpr std::size_t default_ensemble = 2048;

/// Samples of a request that asks for that many, 0 for the whole covariance.
constexpr std::size_t ensemble_size(std::size_t asked, std::size_t modes) {
    return asked > 0 || modes <= largest_covariance ? asked : default_ensemble;
}

/// The bias of one mode beside Simulation::weights.
struct BiasRecord {
    double bias;          ///< b_k
    double optimal_bias;  ///< b*_k = (mean_out − mean_in w*_k) μ_k
};

struct MatrixSimulation {
    /// As of dynamics::simulate: trajectories.variance is the diagonal of the generated covariance, weights are W_kk,
    /// exact_variance is filled under a discretised sampler, error estimates are the integrator's own.
    Simulation modes;
    std::vector<double> mean;                 ///< μ̃_k(τ_i) of what is generated, at [i * d + k]  [data]
    std::vector<double> limit_mean;           ///< μ̃_k(τ → ∞)  [data]
    std::vector<double> chi;                  ///< Σ_k C_kk² / Σ_jk C_jk², one per τ   (T-23)
    std::vector<double> leading_chi;          ///< the same over the leading block
    std::size_t leading_modes = 0;            ///< how many those are
    std::vector<double> off_diagonal;         ///< Σ_{j≠k} C_jk², one per τ  [data⁴]
    std::vector<double> off_diagonal_weight;  ///< Σ_{j≠k} W_jk² at [i * levels + level], noise_levels as requested
    std::vector<BiasRecord> biases;           ///< beside modes.weights, one each
    std::size_t ensemble = 0;                 ///< samples used; 0: the whole covariance
    std::vector<double> aligned_chi;          ///< with an ensemble: what chi of so few aligned samples is, per τ
    std::vector<double> aligned_leading_chi;  ///< the same over the leading block
    std::vector<double> chi_error;            ///< with an ensemble: the standard error of chi, per τ
    std::vector<double> leading_chi_error;    ///< and of leading_chi
    double multiply_flops = 0.0;              ///< in matrix products, 2 a multiply-add, 1 in single precision
    double multiply_seconds = 0.0;            ///< in matrix products, summed over threads; differs from run to run
};

/// The two nested clocks where modes couple: for every τ the trained weights W_t(τ), b_t(τ) and the Gaussian that the
/// probability flow dx/dt = rate_start x + rate_gain (W_t x + b_t/c_in) generates from N(0, v I)   (T-18 … T-20).
///
/// Weights. One layer: closed form at any τ and noise level. Layers: an integrator for stiff systems.
/// Flow. Magnus panels of sixth order in the path's coordinate, of eighth where one layer's coupling is one matrix
/// times a function of the noise level, of a length that keeps the estimate of the error of ln λ̃ below flow.tolerance
/// (`modes.error`; `modes.promise` is 10 tolerances, of layers 100). Accuracy of λ̃: 1e-10 against golden/dense.json,
/// 1e-9 against the mode engine where both apply (tests "T-19 …"). Cost, one layer: some 150 products d × d × (modes
/// still learning) for every τ. Error{usage}: check(), check_descent_steps(), the demands on sampling of
/// make_variance_route, options out of range. A τ that fails is NaN in every mode and listed in modes.failures with a
/// named reason. The same bytes for any number of threads (multiply_seconds apart).
Result<MatrixSimulation> simulate_matrix(const MatrixRequest& request);

/// Error{usage} where what training approaches is not known (MatrixRequest::needs_limit): layers between modes of equal
/// m²/h, aligned ones that a mean couples, a mean under shared coupling. Judged at 65 noise levels; computes no flow.
Result<void> check_limit(const MatrixProblem& problem);

/// The layers themselves, with their bias, at one noise level and rising times τ ≥ 0.
///
/// Layers: gradient flow conserves PᵀP − QQᵀ, here to 1e-10 of |P|² + |Q|² (test "T-20 conserved").
/// Error{usage} as of check() and shared coupling; Error{numerics} with the time and the named exit where an
/// integration ends early, or gradient descent is unstable.
Result<std::vector<MatrixLayers>> train_layers(const MatrixProblem& problem, NoiseLevel level,
                                               std::span<const double> tau);

/// The fewest leading modes that hold `share` of the total variance.
std::size_t leading_modes(std::span<const double> lambda, double share);

/// The largest stable step of gradient descent, 2/κ (T-10), κ the largest of 501 noise levels. One layer: 2ω times the
/// largest eigenvalue of S̃, which is sharp. Layers: the larger of two bounds, at the start 2ω (|S̃| (|P|² + |Q|²) + |G|)
/// (tied: twice), at the end the largest 2ω h √(4w*² + |PᵀP − QQᵀ|²) of a mode (tied: 8ωm), 4ωm of a small start.
StableRate largest_stable_rate(const MatrixProblem& problem);

}  // namespace eigenflow::dynamics

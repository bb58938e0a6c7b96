#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/dynamics/generated_variance.hpp"
#include "eigenflow/model/objective.hpp"

namespace eigenflow::dynamics {

/// The layers of an affine denoiser F̂(x) = W x + b at τ = 0, in the data's eigenframe. Matrices are row-major.
struct MatrixLayers {
    std::string architecture = "one-layer";  ///< one of matrix_architectures()
    std::size_t width = 0;                   ///< h, the columns of P; one-layer: d
    std::vector<double> first;               ///< one-layer: W(0), d × d; symmetric-two-layer, two-layer: P(0), d × h
    std::vector<double> second;              ///< two-layer: Q(0), h × d; else empty
    std::vector<double> bias;                ///< b(0), d; empty: 0
};

/// one-layer W, symmetric-two-layer W = P Pᵀ, two-layer W = P Q.
std::span<const std::string_view> matrix_architectures();

/// Entries i.i.d. normal with standard deviation scale/√modes, first P (or W) row by row, then Q, from
/// RandomStream(seed, 6); b(0) = 0. The leading modes × modes block does not nest in that of more modes.
/// @param width  h ≥ 1; 0: as wide as `modes`. one-layer has no other.
/// Error{usage}, one sentence: an unknown architecture, a scale that is negative or not finite, a width of one-layer.
Result<MatrixLayers> random_layers(std::string_view architecture, std::size_t modes, std::size_t width, double scale,
                                   std::uint64_t seed);

/// Layers that the eigenframe diagonalises, W(0) = diag(Q), b(0) = 0: the mode engine's own start.
/// @param init       Q, one per mode; ≥ 0 for symmetric-two-layer
/// @param imbalance  of two-layer, p² − q² of every mode; p ≥ 0 where Q = 0
/// Error{usage}, one sentence: an unknown architecture, an init it can't have.
Result<MatrixLayers> aligned_layers(std::string_view architecture, std::span<const double> init,
                                    double imbalance = 0.0);

/// What is simulated where modes couple: weights that no longer commute with the data's covariance, or data that are
/// not centred   (T-18, T-20). Everything is in the data's eigenframe, where Σ = diag(λ).
struct MatrixProblem {
    std::vector<double> lambda;     ///< λ_k ≥ 0, d of them, in falling order as modes are numbered  [data²]
    std::vector<double> mean = {};  ///< uᵀμ, d; empty: 0  [data]
    MatrixLayers layers;
    model::Objective objective;
    TrainingRule rule = TrainingRule::gradient_flow;
    Coupling coupling = Coupling::independent;
    LearningRate learning_rate{1.0};
    NoiseLevel noise{80.0};  ///< where sampling starts
    NoiseLevel data{0.002};  ///< where it ends

    std::size_t modes() const { return lambda.size(); }
    /// Gradient flow: ητ. Gradient descent: τ = η · step, rounded to whole steps.
    model::TrainingClock clock(TrainingTime tau) const;
    /// False where mean and bias are 0, and stay so.
    bool has_bias() const;
};

/// Error{usage}, one sentence a line: shapes that do not fit, numbers that are not finite, negative variances, an
/// unknown architecture, ends of the path where the flow is singular, means beyond 1e12 standard deviations of data and
/// noise, which leave no digits for what is generated around them.
Result<void> check(const MatrixProblem& problem);

/// Error{usage} where gradient descent of layers takes more than 1e5 steps (each is four matrix products at every noise
/// level and can't be skipped), or, of one layer in closed form, more than 2^53.
Result<void> check_descent_steps(const MatrixProblem& problem, TrainingTime last);

}  // namespace eigenflow::dynamics

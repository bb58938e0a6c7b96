#pragma once

#include <Eigen/Core>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "active_matrix.hpp"
#include "affine_terms.hpp"
#include "eigenflow/dynamics/matrix_problem.hpp"

namespace eigenflow::dynamics {

/// Trained layers at one noise level, relative to what is optimal there (W* = m/h, b* = (f − e W*) μ).
struct TrainedMatrix {
    Eigen::MatrixXd deviation;           ///< W − W*, d × d
    std::span<const double> parameters;  ///< of layers, as LayerFlow holds them; ends with the visit
    Eigen::VectorXd residual;  ///< c = (b − b*) + e (W − W*) μ, the mean of F̂ − ŷ; empty where the problem has no bias
};

/// E|F̂ − F̂*|² of one noise level, tr(ΔW H ΔWᵀ) + |c|².
double excess_of(const TrainedMatrix& trained, const model::NoiseTerms& at, const Eigen::ArrayXd& lambda);

/// What training cost, and the first time that it did not reach.
struct TrainingReport {
    std::size_t steps = 0;        ///< of ODE solvers
    std::size_t evaluations = 0;  ///< of right-hand sides
    std::size_t good_times = 0;   ///< of the times asked for
    std::string reason;           ///< why not all of them
    MultiplyWork work;
};

/// Clock 1 where modes couple: W_t(τ), b_t(τ)   (T-18, T-20). Const and thread-safe.
class CoupledWeights {
public:
    virtual ~CoupledWeights() = default;
    CoupledWeights() = default;
    CoupledWeights(const CoupledWeights&) = delete;
    CoupledWeights& operator=(const CoupledWeights&) = delete;

    using Visit = std::function<void(std::size_t time, const TrainedMatrix& trained)>;

    /// Calls visit for every good time, in order. tau: non-negative and rising.
    virtual TrainingReport train(const model::NoiseTerms& at, std::span<const double> tau,
                                 const Visit& visit) const = 0;

    /// The training loss beyond its minimum, E|F̂ − F̂*|² = tr(ΔW H ΔWᵀ) + |c|², without the weight loss_excess of the
    /// noise level, at every τ; NaN for times that are not good.
    virtual void excess(const model::NoiseTerms& at, std::span<const double> tau, std::span<double> out) const = 0;

    /// The layers at τ → ∞; false where that is not known.
    virtual bool limit(const model::NoiseTerms& at, TrainedMatrix& trained) const = 0;

    /// True where all times of a noise level are best asked for at once.
    virtual bool sweeps() const { return false; }
};

/// By the problem's architecture.
/// @param average  of shared coupling, else none
std::shared_ptr<const CoupledWeights> make_coupled_weights(const MatrixProblem& problem,
                                                           const std::optional<AffineTerms>& average);
std::shared_ptr<const CoupledWeights> make_one_layer_weights(const MatrixProblem& problem,
                                                             const std::optional<AffineTerms>& average);
std::shared_ptr<const CoupledWeights> make_layered_weights(const MatrixProblem& problem,
                                                           const std::optional<AffineTerms>& average);

}  // namespace eigenflow::dynamics

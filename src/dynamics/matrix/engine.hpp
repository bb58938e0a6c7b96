#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eigenflow/dynamics/simulate_matrix.hpp"
#include "flow_integrator.hpp"

namespace eigenflow::dynamics {

/// From training times to what is generated: the weights of a problem, and a way to sample with them. Const and
/// thread-safe; nothing depends on the number of threads.
class MatrixEngine {
public:
    /// @param average  of shared coupling, else none
    MatrixEngine(const MatrixRequest& request, const std::optional<AffineTerms>& average);

    /// Called once for every time, from any thread; no `generated` where it failed.
    using Visit = std::function<void(std::size_t time, const GeneratedGaussian* generated, const std::string& failure)>;

    struct Cost {
        std::size_t panels = 0;
        std::size_t evaluations = 0;
        MultiplyWork work;
        std::vector<double> excess;  ///< FlowOutcome::excess of all times, or of fewer
    };

    /// @param tau  non-negative and rising
    Cost generate(std::span<const double> tau, Threads threads, const Visit& visit) const;

    /// What is generated at τ → ∞; none where the limit of training is not known.
    std::optional<GeneratedGaussian> limit() const;

    const MatrixProblem& problem() const { return problem_; }
    const CoupledWeights& weights() const { return *weights_; }
    std::size_t ensemble() const { return ensemble_.samples; }

private:
    Cost generate_exactly(std::span<const double> tau, Threads threads, const Visit& visit) const;
    Cost generate_swept(std::span<const double> tau, Threads threads, const Visit& visit) const;

    MatrixProblem problem_;
    SamplingSpec sampling_;
    MatrixFlowOptions flow_;
    EnsembleSpec ensemble_;
    std::optional<AffineTerms> average_;
    std::shared_ptr<const CoupledWeights> weights_;
};

}  // namespace eigenflow::dynamics

#pragma once

#include "eigenflow/dynamics/simulate_matrix.hpp"
#include "flow_integrator.hpp"

namespace eigenflow::dynamics {

/// W and b of trained layers, from their distance to the optimum.
struct AffineWeights {
    Eigen::MatrixXd w;
    Eigen::VectorXd b;
};
AffineWeights affine_weights(const MatrixProblem& problem, const model::NoiseTerms& at, const TrainedMatrix& trained);

/// The discretised samplers of the registry, step by step on the directions of the initial noise and on the mean, or on
/// samples; and `ode`, the same integrated by Boost.Odeint to 1e-11, which shares nothing with the Magnus panels.
FlowOutcome sample_flow(const MatrixProblem& problem, const SamplingSpec& sampling, const EnsembleSpec& ensemble,
                        const CoupledWeights& weights, std::span<const double> tau, Threads threads);

}  // namespace eigenflow::dynamics

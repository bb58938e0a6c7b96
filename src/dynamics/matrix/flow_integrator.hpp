#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eigenflow/dynamics/simulate_matrix.hpp"
#include "panel_source.hpp"
#include "propagated.hpp"

namespace eigenflow::dynamics {

/// What the flow generates at some training times; those that failed have a reason instead.
struct FlowOutcome {
    std::vector<std::optional<GeneratedGaussian>> generated;
    std::vector<std::string> failure;
    std::vector<double> excess;   ///< PanelSource::excess(), where the end was reached
    std::size_t panels = 0;       ///< accepted and rejected
    std::size_t evaluations = 0;  ///< of right-hand sides of the weights' own ODE
    MultiplyWork work;
};

/// Magnus panels from problem.noise to problem.data for all times of a source together: the length of a panel is that
/// of the time that needs the shortest.
FlowOutcome integrate_flow(const MatrixProblem& problem, const MatrixFlowOptions& options, const EnsembleSpec& ensemble,
                           PanelSource& source, Threads threads);

}  // namespace eigenflow::dynamics

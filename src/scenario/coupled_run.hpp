#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/scenario/run.hpp"

namespace eigenflow::scenario {

/// What run() gets from either engine.
struct Simulated {
    dynamics::Simulation simulation;
    std::optional<dynamics::MatrixSimulation> coupled;
    std::vector<Distance> distances;
    std::vector<std::string> notes;
};

/// The matrix engine, for scenarios that couples_modes(). `modes`: those of weights.csv.
Result<Simulated> simulate_coupled(const Scenario& scenario, const data::Spectrum& spectrum, std::vector<double> times,
                                   const std::vector<std::size_t>& modes, const RunOptions& options);

/// Whether simulate_coupled() would start.
Result<void> check_coupled(const Scenario& scenario, const data::Spectrum& spectrum, TrainingTime last);

/// The note on modes that never learn, none where there are none. `remedy`: what would change that.
std::vector<std::string> note_on_stuck(std::size_t stuck, std::size_t modes, std::string_view architecture,
                                       std::string_view remedy);

/// The sentence that refuses a learning rate (T-10).
Error unstable_descent(LearningRate rate, const dynamics::StableRate& largest);

}  // namespace eigenflow::scenario

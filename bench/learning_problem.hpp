#pragma once

#include <memory>
#include <string>
#include <vector>

#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/dynamics/generated_variance.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "or_exit.hpp"

namespace eigenflow::bench {

/// The size of a colour image of 32 × 32, and of variance.csv's 1.2 million rows.
inline constexpr int modes = 3072;
inline constexpr int times = 400;

/// λ_k = 100 k^(−2): seven decades, as the principal components of CIFAR-10 span. Q = 0.1, σ from 80 to 0.002.
inline dynamics::LearningProblem learning_problem(const std::string& architecture, int mode_count,
                                                  const model::ObjectiveSpec& objective = {}) {
    const data::Spectrum spectrum = or_exit(data::power_law_spectrum(mode_count, 2.0, 100.0));
    return {.network = or_exit(model::make_network({.architecture = architecture, .init = {0.1}}, spectrum)),
            .objective = or_exit(model::Objective::create(objective))};
}

/// 0, then `points` − 1 values, log-spaced from 1e-3 to 1e5.
inline std::vector<double> training_times(int points) { return dynamics::log_spaced_times(1e-3, 1e5, points - 1); }

/// What `run` computes on the grid: variances, limits and the training loss.
inline dynamics::SimulationRequest whole_simulation(const dynamics::LearningProblem& problem, const std::string& route,
                                                    int points, Threads threads) {
    return {.problem = problem,
            .training_solver = route,
            .sampling = {},
            .tau = training_times(points),
            .noise_levels = {},
            .weight_modes = {},
            .threads = threads};
}

}  // namespace eigenflow::bench

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/dynamics/generated_variance.hpp"
#include "eigenflow/model/registry.hpp"

namespace eigenflow::torture {

/// An architecture, an objective by its names and a sampler that have a meaning together.
struct Cell {
    std::string architecture;
    model::ObjectiveSpec objective;  ///< of default numbers
    std::string sampler;

    std::string text() const;
};
/// All of them, in the order of the registries.
const std::vector<Cell>& all_cells();
/// The first scenarios go through all cells so many times in turn, what follows is drawn freely.
inline constexpr std::size_t rounds_of_cells = 4;

/// A scenario drawn by chance: any architecture, objective and sampler, and numbers from the whole range that is
/// promised: λ 1e-12 … 1e6, Q 0 … 2, ητ 0 … 1e12, σ_0 1e-5 … 1, σ_T 1 … 1e4.
struct DrawnScenario {
    std::uint64_t number = 0;
    std::vector<double> lambda;  ///< of principal components; empty: Fourier modes
    double largest = 1.0;        ///< Fourier: power law of 12 modes
    double exponent = 1.0;
    std::vector<int> frequencies;  ///< Fourier
    model::NetworkSpec network;
    model::ObjectiveSpec objective;
    dynamics::Coupling coupling = dynamics::Coupling::independent;
    dynamics::TrainingRule rule = dynamics::TrainingRule::gradient_flow;
    double learning_rate = 1.0;  ///< gradient flow: half of the time another, which scales τ and nothing else
    double noise = 80.0;
    double data = 0.002;
    dynamics::SamplingSpec sampling;
    std::vector<double> tau;  ///< 0, then strictly rising

    /// Everything but mode and τ, as key=value pairs of a scenario.
    std::string text() const;
    Cell cell() const;
    /// True for one in n scenarios, whatever else is drawn; each `purpose` has its own.
    bool chosen(std::uint32_t n, std::uint64_t purpose) const;
};

/// The same for a seed and a number, whatever else was drawn.
DrawnScenario draw_scenario(std::uint64_t seed, std::uint64_t number);

/// ErrorKind::usage where a combination has no meaning.
Result<dynamics::LearningProblem> problem_of(const DrawnScenario& scenario);

/// Gradient descent: a learning rate within the largest stable one, and times of whole steps. Else why there is none.
std::string choose_descent(DrawnScenario& scenario, dynamics::LearningProblem& problem);

}  // namespace eigenflow::torture

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/dynamics/generated_variance.hpp"
#include "eigenflow/model/registry.hpp"

namespace eigenflow::torture {

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
    double learning_rate = 1.0;
    double noise = 80.0;
    double data = 0.002;
    dynamics::SamplingSpec sampling;
    std::vector<double> tau;  ///< 0, then strictly rising

    /// Everything but mode and τ, as key=value pairs of a scenario.
    std::string text() const;
    bool is(const char* architecture, const char* path, const char* target) const;
};

/// The same for a seed and a number, whatever else was drawn.
DrawnScenario draw_scenario(std::uint64_t seed, std::uint64_t number);

/// ErrorKind::usage where a combination has no meaning.
Result<dynamics::LearningProblem> problem_of(const DrawnScenario& scenario);

/// Gradient descent: a learning rate within the largest stable one, and times of whole steps. False where nothing is
/// learned, or too stiffly for 1e4 steps to be worth a test.
bool choose_descent(DrawnScenario& scenario, dynamics::LearningProblem& problem);

}  // namespace eigenflow::torture

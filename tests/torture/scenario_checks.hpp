#pragma once

#include "drawn_scenario.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "record.hpp"

namespace eigenflow::torture {

/// A scenario, simulated as the program would.
struct Case {
    const DrawnScenario& scenario;
    const dynamics::LearningProblem& problem;
    const dynamics::SimulationRequest& request;
    const dynamics::Simulation& simulation;

    std::string at(std::size_t time, std::size_t mode) const;
    std::string at_level(std::size_t time, std::size_t mode, double noise_level) const;
    /// Whether ∫ ds/s² up to pure data is in the loss: no weights make that finite.
    bool loss_diverges() const;
    bool exact_sampling() const { return scenario.sampling.solver == "exact"; }
};

/// λ̃ to 1e-12 of the larger of 1 and |ln λ̃|, in units of that: what a row of status ok promises.
double promises_missed(double variance, double expected_log);

/// Every variance, weight, loss and limit finite and not negative, or where a status tells a failure recorded.
void check_statuses(const Case& c, Record& record);
/// Weights move towards their end and not beyond, training losses fall; λ̃ does where all weights move one way.
void check_monotone(const Case& c, Record& record);
/// T-12, T-13, T-14 against T-11.
void check_closed_form(const Case& c, Record& record);
/// λ → 4λ, σ → 2σ, τ → τ/4 multiplies λ̃ by 4   (T-16).
void check_scaling(const Case& c, Record& record);
/// η scales τ and nothing else: the same at 1 and the times ητ   (T-16).
void check_rate(const Case& c, Record& record);
/// Both clocks by Odeint, and the probability flow alone, for one mode at one time.
void check_ode(const Case& c, Record& record);

}  // namespace eigenflow::torture

#pragma once

#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/dynamics/generated_variance.hpp"
#include "eigenflow/dynamics/matrix_problem.hpp"
#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

// A resolved scenario in the words of model and dynamics.
model::ObjectiveSpec objective_of(const Scenario& scenario);
model::NetworkSpec network_of(const Scenario& scenario);
dynamics::SamplingSpec sampling_of(const Scenario& scenario);
dynamics::RouteChoice routes_of(const Scenario& scenario);
dynamics::TrainingRule rule_of(const Scenario& scenario);
dynamics::Coupling coupling_of(const Scenario& scenario);

/// The network on that spectrum, and its objective. ErrorKind::usage where the spectrum does not suit them.
Result<dynamics::LearningProblem> make_problem(const Scenario& scenario, const data::Spectrum& spectrum);

/// The same where couples_modes(); also with the wrong number of initial weights.
Result<dynamics::MatrixProblem> make_matrix_problem(const Scenario& scenario, const data::Spectrum& spectrum);

}  // namespace eigenflow::scenario

#pragma once

#include "eigenflow/dynamics/generated_variance.hpp"

namespace eigenflow::dynamics {

using MadeRoute = Result<std::unique_ptr<const VarianceRoute>>;

MadeRoute make_closed_form_route(const LearningProblem&);
MadeRoute make_quadrature_route(const LearningProblem&, std::size_t max_panels);
/// Null where the network has no transients that its modes share; the quadrature route then.
std::unique_ptr<const VarianceRoute> make_transient_route(const LearningProblem&, std::size_t max_panels);
MadeRoute make_ode_route(const LearningProblem&);       // both clocks
MadeRoute make_flow_ode_route(const LearningProblem&);  // the probability flow only, weights in closed form
MadeRoute make_sampler_route(const LearningProblem&, const SamplingSpec&);
MadeRoute make_channel_route(const LearningProblem&, const SamplingSpec&);  // networks that couple modes

// What contradictions() asks of them, one sentence each.
Result<void> closed_form_exists(const RouteChoice&);
Result<void> last_step_exists(const RouteChoice&);  // sampling.to_zero
Result<void> sampler_steps_are_finite(const RouteChoice&, const model::Objective&);

}  // namespace eigenflow::dynamics

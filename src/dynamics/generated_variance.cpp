#include "eigenflow/dynamics/generated_variance.hpp"

#include <cmath>
#include <utility>

#include "routes.hpp"

namespace eigenflow::dynamics {

model::TrainingClock LearningProblem::clock(TrainingTime tau) const {
    if (rule == TrainingRule::gradient_flow) return model::TrainingClock::flow(learning_rate.value * tau.value);
    return model::TrainingClock::descent(learning_rate.value, std::round(tau.value / learning_rate.value));
}

MadeRoute make_variance_route(std::string_view training, const SamplingSpec& sampling, const LearningProblem& problem) {
    if (auto meaningful = problem.objective.check_range(problem.noise, problem.data); !meaningful) {
        return meaningful.error();
    }
    const bool flow = problem.rule == TrainingRule::gradient_flow && problem.coupling == Coupling::independent;
    if (training == "ode" && !flow) {
        return Error{ErrorKind::usage,
                     "training.solver = \"ode\" integrates the gradient flow of independent networks: use solver = "
                     "\"auto\" with gradient descent or shared coupling"};
    }
    if (sampling.solver == "ode") return training == "ode" ? make_ode_route(problem) : make_flow_ode_route(problem);
    if (sampling.solver != "exact") return make_sampler_route(problem, sampling);
    if (training == "closed-form") return make_closed_form_route(problem);
    if (training == "quadrature") return make_quadrature_route(problem, sampling.max_panels);
    if (training == "ode") return make_ode_route(problem);
    auto closed = make_closed_form_route(problem);
    return closed ? std::move(closed) : make_quadrature_route(problem, sampling.max_panels);
}

}  // namespace eigenflow::dynamics

#include "eigenflow/dynamics/generated_variance.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "routes.hpp"

namespace eigenflow::dynamics {

model::TrainingClock LearningProblem::clock(TrainingTime tau) const {
    if (rule == TrainingRule::gradient_flow) return model::TrainingClock::flow(learning_rate.value * tau.value);
    return model::TrainingClock::descent(learning_rate.value, std::round(tau.value / learning_rate.value));
}

std::vector<Error> contradictions(const RouteChoice& choice) {
    std::vector<Error> all;
    const auto hold = [&](const Result<void>& verdict) {
        if (!verdict) all.push_back(verdict.error());
        return static_cast<bool>(verdict);
    };
    const bool flow = choice.rule == TrainingRule::gradient_flow && choice.coupling == Coupling::independent;
    if (choice.couples_modes && (choice.training == "quadrature" || choice.training == "ode")) {
        all.push_back({ErrorKind::usage, "training.solver = \"" + std::string(choice.training) +
                                             "\": channels that a filter mixes do not train mode by mode, and have one "
                                             "solver: use solver = \"auto\""});
        return all;
    }
    if (choice.training == "closed-form") hold(closed_form_exists(choice));
    if (choice.training == "ode" && !flow) {
        all.push_back({ErrorKind::usage,
                       "training.solver = \"ode\": integrates the gradient flow of independent networks: use solver = "
                       "\"auto\" with gradient descent or shared coupling"});
    }
    hold(last_step_exists(choice));
    const auto objective = model::Objective::create(choice.objective);
    if (!objective || !hold(objective->check_range(choice.noise, choice.data))) return all;
    hold(sampler_steps_are_finite(choice, *objective));
    return all;
}

MadeRoute make_variance_route(std::string_view training, const SamplingSpec& sampling, const LearningProblem& problem) {
    std::string sentences;
    for (const Error& error : contradictions({.training = training,
                              .sampling = sampling,
                              .architecture = problem.network->architecture(),
                              .objective = problem.objective.spec(),
                              .rule = problem.rule,
                              .coupling = problem.coupling,
                              .noise = problem.noise,
                              .data = problem.data,
                              .couples_modes = problem.network->couples_modes()})) {
        sentences += (sentences.empty() ? "" : "\n") + error.message;
    }
    if (!sentences.empty()) return Error{ErrorKind::usage, sentences};
    if (problem.network->couples_modes()) return make_channel_route(problem, sampling);
    if (sampling.solver == "ode") return training == "ode" ? make_ode_route(problem) : make_flow_ode_route(problem);
    if (sampling.solver != "exact") return make_sampler_route(problem, sampling);
    if (training == "closed-form") return make_closed_form_route(problem);
    if (training == "quadrature") return make_quadrature_route(problem, sampling.max_panels);
    if (training == "ode") return make_ode_route(problem);
    auto closed = make_closed_form_route(problem);
    return closed ? std::move(closed) : make_quadrature_route(problem, sampling.max_panels);
}

}  // namespace eigenflow::dynamics

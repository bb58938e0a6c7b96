#include "learning_problem.hpp"

#include <utility>

namespace eigenflow::scenario {

dynamics::TrainingRule rule_of(const Scenario& s) {
    return s.training.rule == "gradient-descent" ? dynamics::TrainingRule::gradient_descent
                                                 : dynamics::TrainingRule::gradient_flow;
}

dynamics::Coupling coupling_of(const Scenario& s) {
    return s.objective.coupling == "shared" ? dynamics::Coupling::shared : dynamics::Coupling::independent;
}

model::ObjectiveSpec objective_of(const Scenario& s) {
    return {.path = s.objective.path,
            .target = s.objective.target,
            .preconditioning = s.objective.preconditioning,
            .weighting = s.objective.weighting,
            .sigma_data = s.objective.sigma_data,
            .P_mean = s.objective.P_mean,
            .P_std = s.objective.P_std};
}

model::NetworkSpec network_of(const Scenario& s) {
    return {.architecture = s.network.architecture,
            .init = s.network.init.aligned,
            .depth = s.network.depth,
            .imbalance = s.network.imbalance,
            .kernel = s.network.kernel,
            .residual = s.network.residual};
}

dynamics::SamplingSpec sampling_of(const Scenario& s) {
    return {.solver = s.sampling.solver,
            .steps = s.sampling.steps,
            .rho = s.sampling.rho,
            .to_zero = s.sampling.to_zero,
            .max_panels = static_cast<std::size_t>(s.sampling.max_panels)};
}

dynamics::RouteChoice routes_of(const Scenario& s) {
    return {.training = s.training.solver,
            .sampling = sampling_of(s),
            .architecture = s.network.architecture,
            .objective = objective_of(s),
            .rule = rule_of(s),
            .coupling = coupling_of(s),
            .noise = NoiseLevel(*s.sampling.noise),
            .data = NoiseLevel(*s.sampling.data),
            .couples_modes = s.data.channels > 1 && s.network.architecture == "patch-convolution"};
}

Result<dynamics::LearningProblem> make_problem(const Scenario& s, const data::Spectrum& spectrum) {
    const auto objective = model::Objective::create(objective_of(s));
    if (!objective) return objective.error();
    auto network = model::make_network(network_of(s), spectrum);
    if (!network) return network.error();
    return dynamics::LearningProblem{.network = std::shared_ptr<const model::Network>(std::move(*network)),
                                     .objective = *objective,
                                     .rule = rule_of(s),
                                     .coupling = coupling_of(s),
                                     .learning_rate = LearningRate(s.training.learning_rate),
                                     .noise = NoiseLevel(*s.sampling.noise),
                                     .data = NoiseLevel(*s.sampling.data)};
}

}  // namespace eigenflow::scenario

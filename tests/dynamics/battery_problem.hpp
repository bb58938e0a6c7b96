#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/dynamics/generated_variance.hpp"
#include "eigenflow/model/registry.hpp"

namespace eigenflow::tests {

/// One problem that every architecture of the registry accepts: a power law of Fourier modes, at the path's own ends,
/// or a little inside of them where the target does not determine the flow at the end itself.
inline dynamics::LearningProblem battery_problem(const model::NetworkSpec& network_spec,
                                                 const model::ObjectiveSpec& objective_spec = {},
                                                 double largest = 10.0) {
    const auto spectrum = data::power_law_fourier_spectrum({12}, 1.0, largest);
    REQUIRE(spectrum);
    auto network = model::make_network(network_spec, *spectrum);
    REQUIRE_MESSAGE(network, network.error().message);
    const auto objective = model::Objective::create(objective_spec);
    REQUIRE_MESSAGE(objective, objective.error().message);
    model::PathDefaults ends = model::path_defaults(objective_spec.path);
    if (objective_spec.path == "flow" && objective_spec.target != "velocity") ends = {0.001, 0.999};
    return {.network = std::shared_ptr<const model::Network>(std::move(*network)),
            .objective = *objective,
            .noise = NoiseLevel(ends.noise),
            .data = NoiseLevel(ends.data)};
}

inline std::unique_ptr<const dynamics::VarianceRoute> route_of(const std::string& training,
                                                               const dynamics::LearningProblem& problem,
                                                               const dynamics::SamplingSpec& sampling = {}) {
    auto made = dynamics::make_variance_route(training, sampling, problem);
    REQUIRE_MESSAGE(made, made.error().message);
    return std::move(*made);
}

}  // namespace eigenflow::tests

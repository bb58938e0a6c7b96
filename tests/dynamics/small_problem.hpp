#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "eigenflow/dynamics/generated_variance.hpp"

namespace eigenflow::tests {

inline dynamics::LearningProblem problem_of(const std::string& architecture, std::vector<double> variances,
                                            std::vector<double> init, const model::ObjectiveSpec& spec = {},
                                            double noise = 80.0, double data = 0.002) {
    auto spectrum = data::Spectrum::principal(std::move(variances));
    REQUIRE(spectrum);
    auto network = model::make_network({.architecture = architecture, .init = std::move(init)}, *spectrum);
    REQUIRE_MESSAGE(network, network.error().message);
    auto objective = model::Objective::create(spec);
    REQUIRE_MESSAGE(objective, objective.error().message);
    return {.network = std::shared_ptr<const model::Network>(std::move(*network)),
            .objective = *objective,
            .learning_rate = LearningRate(1.0),
            .noise = NoiseLevel(noise),
            .data = NoiseLevel(data)};
}

/// λ̃ of a one-mode problem by one route.
inline double variance_by(const std::string& route, const dynamics::LearningProblem& problem, double tau) {
    auto made = dynamics::make_variance_route(route, {}, problem);
    REQUIRE_MESSAGE(made, made.error().message);
    const auto block = (*made)->variances(std::vector<double>{tau}, {0, 1});
    for (const auto& failure : block.failures) FAIL(failure.reason);
    return block.variance.front();
}

inline double relative_error(double value, double expected) { return std::abs(value / expected - 1.0); }

}  // namespace eigenflow::tests

#pragma once

#include <string>
#include <vector>

#include "eigenflow/model/objective.hpp"
#include "eigenflow/model/registry.hpp"

namespace eigenflow::tests {

/// Every path × target × preconditioning of the registries that has a meaning, with each of the weightings.
inline std::vector<model::ObjectiveSpec> every_objective(const std::vector<std::string>& weightings) {
    std::vector<model::ObjectiveSpec> specs;
    for (const std::string& path : model::path_names()) {
        for (const std::string& target : model::target_names()) {
            for (const std::string& preconditioning : model::preconditioning_names()) {
                for (const std::string& weighting : weightings) {
                    model::ObjectiveSpec spec;
                    spec.path = path;
                    spec.target = target;
                    spec.preconditioning = preconditioning;
                    spec.weighting = weighting;
                    if (model::Objective::create(spec)) specs.push_back(spec);
                }
            }
        }
    }
    return specs;
}

inline std::vector<model::ObjectiveSpec> every_objective(const std::string& weighting = "uniform") {
    return every_objective(std::vector<std::string>{weighting});
}

inline std::string name_of(const model::ObjectiveSpec& spec) {
    return spec.path + " " + spec.target + " " + spec.preconditioning + " " + spec.weighting;
}

}  // namespace eigenflow::tests

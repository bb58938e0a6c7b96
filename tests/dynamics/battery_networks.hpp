#pragma once

#include <string>
#include <vector>

#include "eigenflow/model/network.hpp"
#include "eigenflow/model/registry.hpp"

namespace eigenflow::tests {

/// The registry with one initial weight, and the variants that have equations of their own.
inline std::vector<model::NetworkSpec> battery_networks() {
    std::vector<model::NetworkSpec> specs;
    for (const std::string& name : model::architecture_names()) specs.push_back({.architecture = name, .init = {0.2}});
    specs.push_back({.architecture = "two-layer", .init = {0.2}, .imbalance = 0.5});
    return specs;
}

/// What the batteries visit on fewer objectives: other depths and kernels, residual layers, weights that start
/// negative.
inline std::vector<model::NetworkSpec> battery_variants() {
    std::vector<model::NetworkSpec> specs;
    for (const int depth : {1, 2, 6}) specs.push_back({.architecture = "deep", .init = {0.2}, .depth = depth});
    specs.push_back({.architecture = "patch-convolution", .init = {0.2}, .kernel = 7});
    for (const std::string& name : model::architecture_names()) {
        specs.push_back({.architecture = name, .init = {0.01}, .residual = true});
        if (name != "symmetric-two-layer") specs.push_back({.architecture = name, .init = {-0.3}});  // P Pᵀ can't
    }
    specs.push_back({.architecture = "two-layer", .init = {-0.3}, .imbalance = -0.5});
    return specs;
}

inline std::string name_of(const model::NetworkSpec& spec) {
    return spec.architecture + " depth " + std::to_string(spec.depth) + " imbalance " + std::to_string(spec.imbalance) +
           " kernel " + std::to_string(spec.kernel) + " Q " + std::to_string(spec.init.front()) +
           (spec.residual ? " residual" : "");
}

}  // namespace eigenflow::tests

#pragma once

#include <string>
#include <vector>

#include "eigenflow/model/network.hpp"
#include "eigenflow/model/registry.hpp"

namespace eigenflow::tests {

/// The registry with its defaults, and the variants that are other solutions of T-5, T-6 and T-8.
inline std::vector<model::NetworkSpec> every_network() {
    std::vector<model::NetworkSpec> specs;
    for (const std::string& name : model::architecture_names()) specs.push_back({.architecture = name});
    specs.push_back({.architecture = "two-layer", .imbalance = 0.5});
    specs.push_back({.architecture = "two-layer", .imbalance = -1e-3});
    for (const int depth : {1, 2, 6}) specs.push_back({.architecture = "deep", .depth = depth});
    specs.push_back({.architecture = "patch-convolution", .kernel = 7});
    return specs;
}

}  // namespace eigenflow::tests

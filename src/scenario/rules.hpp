#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "allowed.hpp"

namespace eigenflow::scenario {

/// A relation between keys that are each right by themselves.
struct Rule {
    std::vector<std::string_view> keys;  ///< the one that messages name first, then the others that take part
    std::optional<Breach> (*breach)(const Scenario&);
};

// Every relation, once. They judge a resolved scenario.
std::span<const Rule> rules();               ///< the scenario's own
std::span<const Rule> combinations();        ///< of architecture, objective, path and solvers
std::span<const Rule> coupled_mode_rules();  ///< of what couples the modes: data.mean, random init, rank

}  // namespace eigenflow::scenario

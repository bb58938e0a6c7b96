#pragma once

#include <optional>

#include "allowed.hpp"
#include "toml_document.hpp"

namespace eigenflow::scenario {

/// Stores a TOML value in the key's member of the scenario. A whole number is taken where a real one is wanted, never
/// the reverse. What can't be stored, being of another type or outside a whole number's range, is a breach and leaves
/// the scenario as it was; every other range is judged later, by `judge`.
std::optional<Breach> assign(const Key& key, const TomlValue& value, Scenario& scenario);

}  // namespace eigenflow::scenario

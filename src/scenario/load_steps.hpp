#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

/// The text of a scenario file, for parse_scenario. Errors as those of load_scenario.
Result<std::string> scenario_text(const std::string& path);

/// parse_scenario() that judges every key by itself, and no relation between keys: what it refuses is wrong whatever
/// the other keys are.
Result<Scenario> parse_keys(std::string_view text, const std::string& filename,
                            const std::vector<std::string>& overrides);

}  // namespace eigenflow::scenario

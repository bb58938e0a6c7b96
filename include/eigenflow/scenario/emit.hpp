#pragma once

#include <string>

#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

/// How `data.file` and `training.times` are written: as it stands in the scenario, or so that the text means the same
/// from any folder.
enum class DataFile { as_written, absolute };

/// The resolved scenario as TOML: every key, no comments. parse_scenario of it is resolved(scenario) again, and to_toml
/// of that the same bytes. A run directory gets the absolute form.
std::string to_toml(const Scenario& scenario, DataFile file = DataFile::as_written);

/// scenarios/reference.toml: every key at its default, below its meaning, unit and allowed range. data.source, which
/// has no default, shows "power-law".
std::string reference_toml();

}  // namespace eigenflow::scenario

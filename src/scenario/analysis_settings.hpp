#pragma once

#include <string>
#include <vector>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/core/result.hpp"
#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

/// [emergence] and [fit] of a valid scenario as analysis takes them.
analysis::EmergenceOptions emergence_options(const Emergence& emergence);
analysis::FitOptions fit_options(const Fit& fit);

/// Refuses overrides of other sections, for commands that simulate nothing. `what`: "a fit reads CSV and simulates
/// nothing".
Result<void> refuse_other_sections(const std::vector<std::string>& overrides, const std::string& what);

/// The defaults of [emergence] and [fit] with the overrides.
Result<Scenario> default_analysis(const std::vector<std::string>& overrides);

}  // namespace eigenflow::scenario

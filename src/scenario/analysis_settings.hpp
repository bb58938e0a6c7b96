#pragma once

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

/// [emergence] and [fit] of a valid scenario as analysis takes them.
analysis::EmergenceOptions emergence_options(const Emergence& emergence);
analysis::FitOptions fit_options(const Fit& fit);

}  // namespace eigenflow::scenario

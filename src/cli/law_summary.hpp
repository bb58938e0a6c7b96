#pragma once

#include <vector>

#include "eigenflow/analysis/power_law.hpp"

namespace eigenflow::cli {

/// One line a law on stderr: criterion, direction, estimator, exponent ± standard error, modes, notes.
void summarise_laws(const std::vector<analysis::PowerLaw>& laws);

}  // namespace eigenflow::cli

#pragma once

#include <string>

#include "eigenflow/scenario/refit.hpp"
#include "eigenflow/scenario/run.hpp"

namespace eigenflow::scenario {

/// manifest.json: what made a run, how long it took, what the solvers did, and what the columns of its files mean.
std::string manifest_text(const Run& run, Threads threads);

/// manifest.json of a refit: the file it read, the settings, and the columns.
std::string refit_manifest_text(const Refit& refit);

}  // namespace eigenflow::scenario

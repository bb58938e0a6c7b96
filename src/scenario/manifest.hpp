#pragma once

#include <string>

#include "eigenflow/scenario/run.hpp"

namespace eigenflow::scenario {

/// manifest.json: what made a run, how long it took, what the solvers did, and what the columns of its files mean.
std::string manifest_text(const Run& run, Threads threads);

}  // namespace eigenflow::scenario

#pragma once

#include <optional>

#include "eigenflow/core/result.hpp"
#include "eigenflow/scenario/run.hpp"

namespace eigenflow::cli {

/// What of a run could not be computed, one line a kind: variances, weights, and the exact sampling that a sampler's
/// bias is measured against. Nothing of a complete run.
std::optional<Error> failures_of(const scenario::Run& run);

}  // namespace eigenflow::cli

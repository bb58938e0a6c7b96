#pragma once

#include "eigenflow/scenario/run.hpp"

namespace eigenflow::cli {

/// What of a run could not be computed, one sentence a kind on stderr: variances, weights, and the exact sampling that
/// a sampler's bias is measured against. Returns exit code `numerics`; `done`, in silence, for a complete run.
int report_failures(const scenario::Run& run);

}  // namespace eigenflow::cli

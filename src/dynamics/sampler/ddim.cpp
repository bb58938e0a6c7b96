#include "sampler/samplers.hpp"

namespace eigenflow::dynamics {

// Euler in the coordinates (a, s): x' = a' x̂0 + s' ẑ. Exact wherever x̂0 and ẑ do not change along the step; on ve it is
// Euler in σ.
const Sampler ddim_sampler = {
    .name = "ddim",
    .factor = [](const StepEnd& from, const StepEnd& to) { return to.at.a * from.x0() + to.at.s * from.z(); },
};

}  // namespace eigenflow::dynamics

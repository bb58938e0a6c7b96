#include "sampler/samplers.hpp"

namespace eigenflow::dynamics {
namespace {

// Euler in the coordinates (a, s): x' = a' x̂0 + s' ẑ. Exact wherever x̂0 and ẑ do not change along the step; on ve it is
// Euler in σ.
template <class Weight>
Weight step(const BasicStepEnd<Weight>& from, const BasicStepEnd<Weight>& to) {
    return to.at.a * from.x0() + to.at.s * from.z();
}

}  // namespace

const Sampler ddim_sampler = {.name = "ddim", .factor = step<double>, .channels = step<ChannelMatrix>};

}  // namespace eigenflow::dynamics

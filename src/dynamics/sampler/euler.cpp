#include "sampler/samplers.hpp"

namespace eigenflow::dynamics {
namespace {

// x' = x + (t' − t) dx/dt   (T-17)
template <class Weight>
Weight step(const BasicStepEnd<Weight>& from, const BasicStepEnd<Weight>& to) {
    return from.one() + (to.at.t - from.at.t) * from.rate();
}

}  // namespace

const Sampler euler_sampler = {.name = "euler", .factor = step<double>, .channels = step<ChannelMatrix>};

}  // namespace eigenflow::dynamics

#include "sampler/samplers.hpp"

namespace eigenflow::dynamics {
namespace {

// Euler's x' = x + (t' − t) dx/dt, then the mean of the slopes at both ends   (T-17)
template <class Weight>
Weight step(const BasicStepEnd<Weight>& from, const BasicStepEnd<Weight>& to) {
    const double length = to.at.t - from.at.t;
    const Weight slope = from.rate();
    const Weight predicted = from.one() + length * slope;
    return from.one() + 0.5 * length * (slope + to.rate() * predicted);
}

}  // namespace

const Sampler heun_sampler = {.name = "heun", .factor = step<double>, .channels = step<ChannelMatrix>};

}  // namespace eigenflow::dynamics

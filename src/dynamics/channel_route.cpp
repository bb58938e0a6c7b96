#include "channel_route.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "routes.hpp"

namespace eigenflow::dynamics {

ChannelRoute::ChannelRoute(std::shared_ptr<const model::Network> network, std::unique_ptr<const ChannelSampler> sampler)
    : network_(std::move(network)),
      convolution_(dynamic_cast<const model::ChannelConvolution*>(network_.get())),
      sampler_(std::move(sampler)),
      shelves_(convolution_->half_frequencies()) {}

std::vector<ChannelRoute::Known> ChannelRoute::of_half(std::size_t half, std::span<const double> tau,
                                                       VarianceBlock& block) const {
    Shelf& shelf = shelves_[half];
    std::vector<Known> known(tau.size());
    std::vector<double> missing;
    std::vector<std::size_t> places;
    {
        const std::lock_guard guard(shelf.lock);
        for (std::size_t i = 0; i < tau.size(); ++i) {
            const auto found = shelf.laws.find(tau[i]);
            if (found != shelf.laws.end()) {
                known[i] = found->second;
            } else {
                missing.push_back(tau[i]);
                places.push_back(i);
            }
        }
    }
    if (missing.empty()) return known;
    ChannelLaws laws = sampler_->laws(std::span(&half, 1), missing);
    block.counts.evaluations += laws.counts.evaluations;
    block.counts.steps += laws.counts.steps;
    block.counts.worst_error = std::max(block.counts.worst_error, laws.counts.worst_error);
    const std::size_t channels = laws.channels;
    const std::lock_guard guard(shelf.lock);
    for (std::size_t m = 0; m < missing.size(); ++m) {
        Known& law = known[places[m]];
        for (std::size_t c = 0; c < channels; ++c) {
            law.variance.push_back(laws.block(m, 0)[c * (channels + 1)]);
            if (!laws.error.empty()) law.error.push_back(laws.error[m * channels + c]);
        }
        shelf.laws.emplace(missing[m], law);
    }
    return known;
}

VarianceBlock ChannelRoute::variances(std::span<const double> tau, model::ModeRange modes) const {
    VarianceBlock block;
    block.variance.resize(tau.size() * modes.count);
    for (std::size_t k = 0; k < modes.count; ++k) {
        const std::size_t mode = modes.first + k;
        const std::vector<Known> known = of_half(convolution_->half_of(mode), tau, block);
        const std::size_t component = convolution_->component_of(mode);
        for (std::size_t i = 0; i < tau.size(); ++i) {
            block.variance[i * modes.count + k] = known[i].variance[component];
            if (known[i].error.empty()) continue;
            block.error.resize(block.variance.size());
            block.error[i * modes.count + k] = known[i].error[component];
        }
    }
    return block;
}

std::vector<double> ChannelRoute::limit_variances() const {
    const double forever = std::numeric_limits<double>::infinity();
    const VarianceBlock block = variances(std::span(&forever, 1), {0, convolution_->modes()});
    return block.variance;
}

MadeRoute make_channel_route(const LearningProblem& problem, const SamplingSpec& sampling) {
    auto sampler = make_channel_sampler(problem, sampling);
    if (!sampler) return sampler.error();
    return std::unique_ptr<const VarianceRoute>(std::make_unique<ChannelRoute>(problem.network, std::move(*sampler)));
}

}  // namespace eigenflow::dynamics

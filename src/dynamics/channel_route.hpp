#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "channel_flow.hpp"
#include "eigenflow/dynamics/simulate.hpp"

namespace eigenflow::dynamics {

/// The variances of single modes from the laws of their frequencies: what generic code asks of networks that couple
/// modes. The components of a frequency and its mirror share a law, so laws that were asked for are remembered; a
/// remembered number is the one that is computed anew.
class ChannelRoute final : public VarianceRoute {
public:
    ChannelRoute(std::shared_ptr<const model::Network> network, std::unique_ptr<const ChannelSampler> sampler);

    std::string_view name() const override { return sampler_->name(); }
    VarianceBlock variances(std::span<const double> tau, model::ModeRange modes) const override;
    std::vector<double> limit_variances() const override;

    const ChannelSampler& sampler() const { return *sampler_; }
    const model::ChannelConvolution& network() const { return *convolution_; }

private:
    struct Known {
        std::vector<double> variance;  // of the components
        std::vector<double> error;
    };
    struct Shelf {
        std::mutex lock;
        std::map<double, Known> laws;  // by τ
    };
    std::vector<Known> of_half(std::size_t half, std::span<const double> tau, VarianceBlock& block) const;

    std::shared_ptr<const model::Network> network_;
    const model::ChannelConvolution* convolution_;
    std::unique_ptr<const ChannelSampler> sampler_;
    mutable std::vector<Shelf> shelves_;  // of half frequencies
};

/// All variances of a network that couples modes, their limits, alignment and distances, into `simulation`;
/// `exact` is the companion of a discretised sampler, or nullptr.
void simulate_channels(const SimulationRequest& request, const ChannelRoute& route, const ChannelRoute* exact,
                       Simulation& simulation);

/// As training_loss: ∫ ω E‖F − y‖² dν with everything in closed form in the directions,
///     excess = N Σ_i |v_iᵀE0|² h(μ_i) (w_i − w*_i)² + Σ_k m²/h(λ_k) − N Σ_i |v_iᵀE0|² m²/h(μ_i).
std::vector<double> channel_training_loss(const LearningProblem& problem, std::span<const double> tau, Threads threads);

}  // namespace eigenflow::dynamics

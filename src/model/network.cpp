#include "eigenflow/model/network.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "eigenflow/core/finite.hpp"
#include "eigenflow/model/registry.hpp"
#include "network/architectures.hpp"

namespace eigenflow::model {
namespace {

constexpr std::array registry = {
    Architecture{.name = "one-layer", .create = make_one_layer},
    Architecture{.name = "symmetric-two-layer", .create = make_symmetric_two_layer},
    Architecture{.name = "two-layer", .create = make_two_layer},
    Architecture{.name = "deep", .create = make_deep},
    Architecture{.name = "full-convolution", .create = make_full_convolution},
    Architecture{.name = "patch-convolution", .create = make_patch_convolution},
};

}  // namespace

Network::Network(std::span<const double> lambda, std::vector<double> init)
    : lambda_(lambda.begin(), lambda.end()), init_(std::move(init)) {}

void Network::deviation_curves(const NoiseTerms& at, std::span<const TrainingClock> clocks, ModeRange modes,
                               std::span<double> deviation) const {
    for (std::size_t i = 0; i < clocks.size(); ++i) {
        deviations(at, clocks[i], modes, deviation.subspan(i * modes.count, modes.count));
    }
}

std::unique_ptr<const Network> Network::at_variances(std::span<const double>, std::size_t) const { return nullptr; }

void Network::limit_weights(const NoiseTerms& at, ModeRange modes, std::span<double> weight) const {
    limit_deviations(at, modes, weight);
    for (std::size_t k = 0; k < modes.count; ++k) weight[k] += at.optimum(lambda_[modes.first + k]);
}

Stiffness Network::stiffness(const NoiseTerms& at) const {
    std::vector<double> limit(modes());
    limit_weights(at, {0, modes()}, limit);
    Stiffness stiffness;
    const auto raise = [](double& largest, double sharpness) {  // beyond the doubles it is infinite, never unnoticed
        largest = std::max(largest, std::isnan(sharpness) ? std::numeric_limits<double>::infinity() : sharpness);
    };
    for (std::size_t k = 0; k < modes(); ++k) {
        if (gain(k, init_[k]) == 0.0) continue;
        raise(stiffness.start, sharpness(at, k, init_[k]));
        raise(stiffness.limit, sharpness(at, k, limit[k]));
    }
    return stiffness;
}

std::span<const Architecture> architectures() { return registry; }

std::vector<std::string> architecture_names() {
    std::vector<std::string> names;
    for (const Architecture& architecture : registry) names.emplace_back(architecture.name);
    return names;
}

Result<std::unique_ptr<const Network>> make_network(const NetworkSpec& spec, const data::Spectrum& spectrum) {
    std::vector<double> init = spec.init;
    if (init.size() == 1) init.resize(spectrum.modes(), init.front());
    if (init.size() != spectrum.modes()) {
        return Error{ErrorKind::usage, "network.init lists " + std::to_string(init.size()) +
                                           " weights, but the spectrum has " + std::to_string(spectrum.modes()) +
                                           " modes: give one number, or one per mode"};
    }
    if (!all_finite(init)) return Error{ErrorKind::usage, "network.init: every weight must be a finite number"};
    for (const Architecture& architecture : registry) {
        if (architecture.name == spec.architecture) return architecture.create(spec, spectrum, std::move(init));
    }
    return Error{ErrorKind::usage, "network.architecture = \"" + spec.architecture + "\" is not an architecture"};
}

}  // namespace eigenflow::model

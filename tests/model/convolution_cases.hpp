#pragma once

#include <doctest/doctest.h>

#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "eigenflow/model/network.hpp"
#include "eigenflow/model/patch_convolution.hpp"
#include "explicit_convolution.hpp"

namespace eigenflow::tests {

using model::TrainingClock;

inline constexpr double eps = std::numeric_limits<double>::epsilon();

struct Case {
    std::vector<int> shape;
    int kernel;
};
inline const std::vector<Case> cases = {{{12}, 5}, {{9}, 1}, {{7}, 7}, {{8}, 8}, {{3, 4}, 3}, {{4, 4}, 4}, {{5, 3}, 3}};

struct Level {
    model::ObjectiveSpec spec;
    double t;
};
inline const std::vector<Level> levels = {
    {{}, 0.05},
    {{}, 3.0},
    {{.target = "noise"}, 0.7},
    {{.preconditioning = "edm", .weighting = "edm"}, 0.4},
    {{.path = "flow", .target = "velocity"}, 0.3},
    {{.path = "flow", .target = "velocity"}, 0.95},
    {{.path = "vp-cosine", .target = "v"}, 0.6},
};

inline model::Objective objective_of(const Level& level) {
    auto objective = model::Objective::create(level.spec);
    REQUIRE_MESSAGE(objective, objective.error().message);
    return *objective;
}

inline std::vector<double> random_filter(std::size_t taps, unsigned seed) {
    std::mt19937 bits(seed);
    std::normal_distribution<double> normal(0.0, 0.3);
    std::vector<double> filter(taps);
    for (double& w : filter) w = normal(bits);
    return filter;
}

inline std::unique_ptr<const model::PatchConvolution> patch(const data::Spectrum& spectrum, int kernel, unsigned seed) {
    const auto window = data::filter_window(spectrum.shape(), kernel);
    REQUIRE(window);
    auto network = model::PatchConvolution::create(spectrum, kernel, random_filter(window->size(), seed));
    REQUIRE_MESSAGE(network, network.error().message);
    return std::move(*network);
}

inline std::unique_ptr<const model::Network> made(const model::NetworkSpec& spec, const data::Spectrum& spectrum) {
    auto network = model::make_network(spec, spectrum);
    REQUIRE_MESSAGE(network, network.error().message);
    return std::move(*network);
}

inline Eigen::VectorXd initial_filter(const model::Network& network) {
    Eigen::VectorXd theta(static_cast<Eigen::Index>(network.parameters()));
    network.initial_parameters(0, std::span(theta.data(), network.parameters()));
    return theta;
}

inline Eigen::VectorXd filter_at(const model::PatchConvolution& network, const model::NoiseTerms& at,
                                 const TrainingClock& clock) {
    Eigen::VectorXd taps(static_cast<Eigen::Index>(network.parameters()));
    network.filter(at, clock, std::span(taps.data(), network.parameters()));
    return taps;
}

inline std::vector<data::Offset> window_of(const model::PatchConvolution& network) {
    return {network.window().begin(), network.window().end()};
}

inline std::vector<double> weights_at(const model::Network& network, const model::NoiseTerms& at,
                                      const TrainingClock& clock) {
    std::vector<double> weight(network.modes());
    network.weights(at, clock, {0, weight.size()}, weight);
    return weight;
}

inline std::vector<double> deviations_at(const model::Network& network, const model::NoiseTerms& at,
                                         const TrainingClock& clock) {
    std::vector<double> deviation(network.modes());
    network.deviations(at, clock, {0, deviation.size()}, deviation);
    return deviation;
}

// Calls check(pixels, network, objective, noise level) for every case and level.
template <class Check>
void everywhere(const Check& check) {
    for (const Case& c : cases) {
        const auto pixels = ExplicitConvolution::random(c.shape, 7);
        const auto network = patch(pixels.spectrum(), c.kernel, 11);
        for (const Level& level : levels) check(pixels, *network, objective_of(level), NoiseLevel(level.t));
    }
}

}  // namespace eigenflow::tests

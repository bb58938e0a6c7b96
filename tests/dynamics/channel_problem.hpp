#pragma once

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <complex>
#include <memory>
#include <utility>
#include <vector>

#include "eigenflow/data/channel_spectrum.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "eigenflow/numerics/random.hpp"

namespace eigenflow::tests {

inline int height_of(const std::vector<int>& shape) { return shape.size() == 2 ? shape[0] : 1; }

/// Random blocks with imaginary parts and falling size.
inline data::ChannelSpectrum random_spectrum(const std::vector<int>& shape, int channels, std::uint64_t seed) {
    numerics::RandomStream random(seed);
    std::vector<std::complex<double>> blocks;
    for (const data::Frequency k : data::half_plane(shape)) {
        const bool real = (2 * k.y) % height_of(shape) == 0 && (2 * k.x) % shape.back() == 0;
        Eigen::MatrixXcd a(channels, channels);
        for (int e = 0; e < channels * channels; ++e) {
            const double re = random.normal();
            a.data()[e] = {re, real ? 0.0 : random.normal()};
        }
        const Eigen::MatrixXcd s = a * a.adjoint() / (1.0 + k.x * k.x + k.y * k.y);
        for (int i = 0; i < channels; ++i) {
            for (int j = 0; j < channels; ++j) blocks.push_back(s(i, j));
        }
    }
    auto made = data::ChannelSpectrum::create(std::move(blocks), shape, channels);
    REQUIRE_MESSAGE(made, made.error().message);
    return *made;
}

/// Blocks of the same frequencies, changed one by one.
template <class Change>
data::ChannelSpectrum changed(const data::ChannelSpectrum& from, const Change& change) {
    std::vector<std::complex<double>> blocks;
    const int c = from.channels();
    for (std::size_t f = 0; f < from.frequencies().size(); ++f) {
        Eigen::MatrixXcd s(c, c);
        for (int e = 0; e < c * c; ++e) s(e / c, e % c) = from.block(f)[std::size_t(e)];
        const Eigen::MatrixXcd t = change(s);
        for (int e = 0; e < c * c; ++e) blocks.push_back(t(e / c, e % c));
    }
    auto made = data::ChannelSpectrum::create(std::move(blocks), {from.shape().begin(), from.shape().end()}, c);
    REQUIRE_MESSAGE(made, made.error().message);
    return *made;
}

inline dynamics::LearningProblem problem_of(const data::Spectrum& spectrum, const model::NetworkSpec& spec,
                                            const model::ObjectiveSpec& objective_spec = {}) {
    auto network = model::make_network(spec, spectrum);
    REQUIRE_MESSAGE(network, network.error().message);
    const auto objective = model::Objective::create(objective_spec);
    REQUIRE_MESSAGE(objective, objective.error().message);
    const auto& path = objective->path();
    return {.network = std::shared_ptr<const model::Network>(std::move(*network)),
            .objective = *objective,
            .noise = NoiseLevel(path.default_noise),
            .data = NoiseLevel(path.default_data)};
}

inline dynamics::Simulation simulated(const dynamics::LearningProblem& problem, std::vector<double> tau,
                                      const dynamics::SamplingSpec& sampling = {}, unsigned threads = 1) {
    auto simulation = dynamics::simulate({.problem = problem,
                                          .sampling = sampling,
                                          .tau = std::move(tau),
                                          .noise_levels = {0.3},
                                          .weight_modes = {0, 1},
                                          .threads = Threads(threads)});
    REQUIRE_MESSAGE(simulation, simulation.error().message);
    CHECK(simulation->complete());
    return *simulation;
}

inline model::NetworkSpec patch(double init, int kernel = 3) {
    return {.architecture = "patch-convolution", .init = {init}, .kernel = kernel};
}

}  // namespace eigenflow::tests

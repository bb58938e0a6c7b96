#pragma once

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "eigenflow/model/network.hpp"

namespace eigenflow::tests {

inline std::unique_ptr<const model::Network> layered_network(const model::NetworkSpec& spec) {
    const auto spectrum = data::Spectrum::principal(std::vector<double>(spec.init.size(), 1.0));
    REQUIRE(spectrum);
    auto network = model::make_network(spec, *spectrum);
    REQUIRE_MESSAGE(network, network.error().message);
    return std::move(*network);
}

/// A noise level at which every mode has curvature h and cross moment m.
inline model::NoiseTerms terms_of(double h, double m, double omega = 1.0) {
    model::NoiseTerms at{};
    at.h0 = h;
    at.m0 = m;
    at.omega = omega;
    return at;
}

struct WeightAndDeviation {
    double weight, deviation;
};

inline WeightAndDeviation trained(const model::Network& network, const model::NoiseTerms& at, double eta_tau,
                                  std::size_t mode = 0) {
    std::array<double, 1> weight{};
    std::array<double, 1> deviation{};
    const auto clock = model::TrainingClock::flow(eta_tau);
    network.weights(at, clock, {mode, 1}, weight);
    network.deviations(at, clock, {mode, 1}, deviation);
    return {weight[0], deviation[0]};
}

inline double limit_deviation(const model::Network& network, const model::NoiseTerms& at) {
    std::array<double, 1> deviation{};
    network.limit_deviations(at, {0, 1}, deviation);
    return deviation[0];
}

}  // namespace eigenflow::tests

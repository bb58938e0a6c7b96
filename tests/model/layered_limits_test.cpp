#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "layered_case.hpp"
#include "long_double.hpp"

using namespace eigenflow;
using tests::layered_network;
using tests::limit_deviation;
using tests::needs_64_bits;
using tests::terms_of;
using tests::trained;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

std::vector<model::NetworkSpec> layered_specs() {
    std::vector<model::NetworkSpec> specs;
    for (const double c : {0.0, 1e-100, -1e-3, 1.0, -1e6}) {
        specs.push_back({.architecture = "two-layer", .imbalance = c});
    }
    for (const int depth : {3, 4, 5, 64, 101}) specs.push_back({.architecture = "deep", .depth = depth});
    return specs;
}

bool can_start_at(const model::NetworkSpec& spec, double q) {
    return q >= 0.0 || spec.architecture == "two-layer" || spec.depth % 2 == 1;
}

std::string describe(const model::NetworkSpec& spec, double m, double eta_tau) {
    return spec.architecture + " depth " + std::to_string(spec.depth) + " c = " + std::to_string(spec.imbalance) +
           " Q = " + std::to_string(spec.init[0]) + " m = " + std::to_string(m) + " tau = " + std::to_string(eta_tau);
}

}  // namespace

TEST_CASE("T-5 T-6 extremes are finite, between start, optimum and zero, and end at the limit" * needs_64_bits()) {
    for (model::NetworkSpec spec : layered_specs()) {
        for (const double q : {0.0, 1e-300, 1e-12, 0.1, 1.0, 1e3, -1e-12, -2.0}) {
            if (!can_start_at(spec, q)) continue;
            spec.init = {q};
            const auto network = layered_network(spec);
            for (const double m : {0.0, 1e-200, 1e-9, 0.8, 1e6, -1e-200, -1e-9, -3.0}) {
                const auto at = terms_of(std::max(1.3, 2.0 * std::abs(m)), m);
                const double optimum = at.optimum(1.0);
                const double low = std::min({q, optimum, 0.0});
                const double high = std::max({q, optimum, 0.0});
                const double slack = 1e-12 * (high - low);
                for (const double eta_tau : {0.0, 1e-12, 1e-3, 1.0, 1e3, 1e12}) {
                    const auto w = trained(*network, at, eta_tau);
                    CAPTURE(describe(spec, m, eta_tau));
                    REQUIRE(std::isfinite(w.weight));
                    REQUIRE(std::isfinite(w.deviation));
                    CHECK(w.weight >= low - slack);
                    CHECK(w.weight <= high + slack);
                    CHECK(std::abs(w.weight - optimum - w.deviation) <= slack);
                    CHECK(std::isfinite(limit_deviation(*network, at)));
                    if (eta_tau == 0.0) {
                        CHECK(std::abs(w.weight - q) <= 8.0 * eps * std::abs(q));
                        CHECK(std::abs(w.deviation - (q - optimum)) <= 8.0 * eps * std::abs(q - optimum));
                    }
                }
            }
        }
    }
}

TEST_CASE("T-5 T-6 the limit is reached: the optimum, or zero where it lies on the other side") {
    for (model::NetworkSpec spec : layered_specs()) {
        for (const double q : {0.0, 0.2, 1.5, -0.7}) {
            if (!can_start_at(spec, q)) continue;
            spec.init = {q};
            const auto network = layered_network(spec);
            for (const double m : {0.9, -0.9}) {
                const auto at = terms_of(1.3, m);
                const double optimum = m / 1.3;
                const double limit = limit_deviation(*network, at);
                const bool learns = spec.imbalance != 0.0 || q * m > 0.0;
                CAPTURE(describe(spec, m, 1e12));
                CHECK(limit == (learns ? 0.0 : -optimum));
                // Towards zero in depth a weight fades like (αθ)^(−1/α): 1e-12 at depth 101 and θ = 1e12 · 2L.
                CHECK(std::abs(trained(*network, at, 1e12).deviation - limit) <= 1e-12);
            }
        }
    }
}

TEST_CASE("T-6 without a signal a deep weight fades in closed form" * needs_64_bits()) {
    const double q = 0.8;
    const double h = 1.3;
    const double eta_tau = 7.0;
    for (const int depth : {3, 4, 9}) {
        const double power = 2.0 - 2.0 / depth;
        const double expected = std::pow(std::pow(q, -power) + power * 2.0 * depth * h * eta_tau, -1.0 / power);
        const auto network = layered_network({.architecture = "deep", .init = {q}, .depth = depth});
        CHECK(trained(*network, terms_of(h, 0.0), eta_tau).weight == doctest::Approx(expected).epsilon(16.0 * eps));
        // A vanishing signal of either sign is none.
        for (const double m : {1e-130, -1e-130, 1e-150, -1e-150}) {
            const double weight = trained(*network, terms_of(h, m), eta_tau).weight;
            CHECK(weight == doctest::Approx(expected).epsilon(1000.0 * eps));  // e^−V with |V| = 300
        }
    }
}

TEST_CASE("T-5 T-6 modes are computed alone: permuting them permutes weights, bit by bit") {
    const std::vector<double> variances = {9.0, 4.0, 3.0, 2.5, 2.0, 1.5, 1.2, 1.0, 0.5, 0.3, 0.01, 0.0};
    for (model::NetworkSpec spec : layered_specs()) {
        spec.init.clear();
        for (std::size_t k = 0; k < variances.size(); ++k) spec.init.push_back(0.3 * static_cast<double>(k % 5));
        const auto spectrum = data::Spectrum::principal(variances);
        REQUIRE(spectrum);
        const auto network = model::make_network(spec, *spectrum);
        REQUIRE(network);
        model::NoiseTerms at = terms_of(0.5, 0.0);
        at.h1 = 1.0;
        at.m1 = 0.9;
        const auto clock = model::TrainingClock::flow(0.3);
        std::vector<double> all(variances.size());
        (*network)->deviations(at, clock, {0, all.size()}, all);
        for (std::size_t k = 0; k < variances.size(); ++k) {
            model::NetworkSpec alone = spec;
            alone.init = {spec.init[k]};
            const auto one = data::Spectrum::principal({variances[k]});
            const auto single = model::make_network(alone, *one);
            REQUIRE(single);
            std::array<double, 1> deviation{};
            (*single)->deviations(at, clock, {0, 1}, deviation);
            CHECK(deviation[0] == all[k]);
        }
    }
}

TEST_CASE("T-5 T-6 residual adds 1 to every layer") {
    for (const double q : {0.0, 0.25, 2.0, -0.6}) {
        for (const int depth : {3, 4, 5}) {
            const model::NetworkSpec spec{.architecture = "deep", .init = {q}, .depth = depth, .residual = true};
            if (!can_start_at(spec, q)) continue;
            const double layer = std::copysign(std::pow(std::abs(q), 1.0 / depth), q) + 1.0;
            CHECK(layered_network(spec)->initial_weights()[0] ==
                  doctest::Approx(std::pow(layer, depth)).epsilon(16.0 * eps));
        }
        for (const double c : {0.0, 0.7, -0.7}) {
            std::vector<double> plain(2);
            std::vector<double> shifted(2);
            layered_network({.architecture = "two-layer", .init = {q}, .imbalance = c})->initial_parameters(0, plain);
            layered_network({.architecture = "two-layer", .init = {q}, .imbalance = c, .residual = true})
                ->initial_parameters(0, shifted);
            // Layers are known up to their common sign.
            const double sign = shifted[0] * (plain[0] + 1.0) + shifted[1] * (plain[1] + 1.0) < 0.0 ? -1.0 : 1.0;
            CHECK(std::abs(sign * shifted[0] - (plain[0] + 1.0)) <= 64.0 * eps);
            CHECK(std::abs(sign * shifted[1] - (plain[1] + 1.0)) <= 64.0 * eps);
        }
    }
}

TEST_CASE("T-5 T-6 networks that can't be are refused in one sentence") {
    const auto refusal = [](const model::NetworkSpec& spec) {
        const auto made = model::make_network(spec, *data::Spectrum::principal({1.0, 0.5}));
        REQUIRE_FALSE(made);
        CHECK(made.error().kind == ErrorKind::usage);
        return made.error().message;
    };
    const auto negative = refusal({.architecture = "deep", .init = {0.1, -0.1}, .depth = 4});
    CHECK(negative.find("network.init: mode 2") == 0);
    CHECK(negative.find("odd depth") != std::string::npos);
    CHECK(refusal({.architecture = "deep", .init = {-0.1}, .depth = 2}).find("mode 1") != std::string::npos);
    CHECK(refusal({.architecture = "deep", .depth = 0}).find("network.depth = 0") == 0);
    CHECK(refusal({.architecture = "two-layer", .imbalance = 1e-200}).find("network.imbalance") == 0);
    CHECK(refusal({.architecture = "two-layer", .imbalance = std::numeric_limits<double>::infinity()})
              .find("network.imbalance") == 0);
}

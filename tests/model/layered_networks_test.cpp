#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "layered_case.hpp"
#include "long_double.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using tests::layered_network;
using tests::needs_64_bits;
using tests::terms_of;
using tests::trained;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();
using Layers = std::vector<long double>;

long double product(const Layers& layers) {
    long double w = 1.0L;
    for (const long double layer : layers) w *= layer;
    return w;
}

// −∂/∂layer of ω (h w² − 2 m w), w the product of all layers.
Layers downhill(const Layers& layers, double h, double m, double omega) {
    const long double slope = -2.0L * omega * (h * product(layers) - m);
    Layers out(layers.size(), slope);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        for (std::size_t j = 0; j < layers.size(); ++j) {
            if (j != i) out[i] *= layers[j];
        }
    }
    return out;
}

// The literal flow of all layers by Runge–Kutta 4 in long double.
Layers flow(Layers layers, double h, double m, double omega, double eta_tau, int steps) {
    const long double dt = static_cast<long double>(eta_tau) / steps;
    const auto moved = [](Layers from, const Layers& along, long double by) {
        for (std::size_t i = 0; i < from.size(); ++i) from[i] += by * along[i];
        return from;
    };
    for (int n = 0; n < steps; ++n) {
        const Layers k1 = downhill(layers, h, m, omega);
        const Layers k2 = downhill(moved(layers, k1, dt / 2), h, m, omega);
        const Layers k3 = downhill(moved(layers, k2, dt / 2), h, m, omega);
        const Layers k4 = downhill(moved(layers, k3, dt), h, m, omega);
        for (std::size_t i = 0; i < layers.size(); ++i) {
            layers[i] += dt / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
        }
    }
    return layers;
}

struct Case {
    model::NetworkSpec spec;
    Layers layers;
    double h, m, omega, eta_tau, rate;
};

Case random_case(std::mt19937_64& draw) {
    const auto uniform = [&](double low, double high) { return std::uniform_real_distribution(low, high)(draw); };
    Case c;
    c.h = std::exp(uniform(-2.0, 2.0));
    c.m = c.h * uniform(-1.5, 1.5);
    c.omega = std::exp(uniform(-1.0, 1.0));
    const double q = std::exp(uniform(-6.0, 0.7));
    const int depth = std::uniform_int_distribution(2, 7)(draw);
    const double sign = uniform(0.0, 1.0) < 0.3 ? -1.0 : 1.0;
    if (depth == 2) {
        const double p = uniform(-1.3, 1.3);
        const bool balanced = uniform(0.0, 1.0) < 0.3;
        const double other = balanced ? sign * std::abs(p) : uniform(-1.3, 1.3);
        c.spec = {
            .architecture = "two-layer", .init = {p * other}, .imbalance = balanced ? 0.0 : p * p - other * other};
        c.layers = {p, other};
    } else {
        const double w = depth % 2 == 1 ? sign * q : q;
        c.spec = {.architecture = "deep", .init = {w}, .depth = depth};
        c.layers.assign(static_cast<std::size_t>(depth), std::copysign(std::pow(q, 1.0L / depth), w));
    }
    const auto w = static_cast<double>(std::abs(product(c.layers)));
    const double size = std::max({w, std::abs(c.m / c.h), std::abs(c.spec.imbalance), 1e-3});
    c.rate = 2.0 * c.omega * c.h * depth * std::pow(size, 2.0 - 2.0 / depth);
    c.eta_tau = std::exp(uniform(-5.0, 2.7)) / c.rate;
    return c;
}

std::string describe(const Case& c) {
    return c.spec.architecture + " Q=" + std::to_string(c.spec.init[0]) + " L=" + std::to_string(c.spec.depth) +
           " c=" + std::to_string(c.spec.imbalance) + " h=" + std::to_string(c.h) + " m=" + std::to_string(c.m) +
           " rate*tau=" + std::to_string(c.rate * c.eta_tau);
}

}  // namespace

TEST_CASE("T-5 T-6 weights are those of the literal flow of every layer" * needs_64_bits()) {
    std::mt19937_64 draw(5);
    double worst = 0.0;
    for (int i = 0; i < 300; ++i) {
        const Case c = random_case(draw);
        CAPTURE(describe(c));
        const int steps = 4000;
        const Layers layers = flow(c.layers, c.h, c.m, c.omega, c.eta_tau, steps);
        const auto expected = static_cast<double>(product(layers));
        const auto distance = static_cast<double>(product(layers) - static_cast<long double>(c.m) / c.h);
        const auto network = layered_network(c.spec);
        const auto w = trained(*network, terms_of(c.h, c.m, c.omega), c.eta_tau);
        const double size = std::max({std::abs(c.spec.init[0]), std::abs(c.m / c.h), std::abs(c.spec.imbalance)});
        // Runge–Kutta 4: (rate Δ)^4 · rate τ / 120, twice for products of layers; and rounding of the start.
        const double unit = c.rate * c.eta_tau / steps;
        const double tolerance = size * (std::pow(unit, 4) * c.rate * c.eta_tau / 60.0 + 100.0 * eps);
        CHECK(std::abs(w.weight - expected) <= tolerance);
        CHECK(std::abs(w.deviation - distance) <= tolerance);
        worst = tests::worse(worst, std::abs(w.weight - expected) / tolerance);
        worst = tests::worse(worst, std::abs(w.deviation - distance) / tolerance);
        if (c.layers.size() == 2) {
            const auto imbalance = static_cast<double>(layers[0] * layers[0] - layers[1] * layers[1]);
            CHECK(std::abs(imbalance - c.spec.imbalance) <= tolerance);
        }
    }
    MESSAGE("worst " << worst << " of the tolerance");
}

TEST_CASE("T-10 descent and its parameters are those of the literal layers") {
    std::mt19937_64 draw(6);
    for (int i = 0; i < 100; ++i) {
        const Case c = random_case(draw);
        CAPTURE(describe(c));
        const auto network = layered_network(c.spec);
        const auto at = terms_of(c.h, c.m, c.omega);
        std::vector<double> theta(network->parameters());
        std::vector<double> slope(theta.size());
        network->initial_parameters(0, theta);
        REQUIRE(theta.size() == c.layers.size());
        CHECK(network->weight_of(0, theta) == doctest::Approx(c.spec.init[0]).epsilon(8.0 * eps));
        if (theta.size() == 2) {
            const double size = theta[0] * theta[0] + theta[1] * theta[1];
            CHECK(std::abs(theta[0] * theta[0] - theta[1] * theta[1] - c.spec.imbalance) <= 8.0 * eps * size);
        }
        Layers layers(theta.begin(), theta.end());
        const double eta = 0.05 / c.rate;
        for (int step = 0; step < 200; ++step) {
            network->descent(at, 0, theta, slope);
            const Layers literal = downhill(layers, c.h, c.m, c.omega);
            for (std::size_t k = 0; k < theta.size(); ++k) {
                theta[k] += eta * slope[k];
                layers[k] += eta * literal[k];
            }
        }
        const auto expected = static_cast<double>(product(layers));
        // 200 steps of a few roundings each, none of which grows by more than the weight itself may.
        const double growth = std::max(1.0, std::abs(expected / c.spec.init[0]));
        CHECK(std::abs(network->weight_of(0, theta) - expected) <=
              200.0 * 8.0 * eps * growth * (1.0 + std::abs(expected)));
    }
}

TEST_CASE("T-5 early growth from nothing and late approach keep every digit") {
    const double c = 0.3;
    const double h = 1.7;
    const double m = 0.9;
    const auto network = layered_network({.architecture = "two-layer", .init = {0.0}, .imbalance = c});
    const auto at = terms_of(h, m);
    const double early = 1e-13;  // w = 2ω c m ητ (1 − ω c h ητ …), the next term below ε
    CHECK(trained(*network, at, early).weight == doctest::Approx(2.0 * c * m * early).epsilon(8.0 * eps));
    const double k = 2.0 * std::sqrt(4.0 * m * m + c * c * h * h);
    const double late = 60.0 / k;  // second-order terms are e^−60
    const double ratio = trained(*network, at, late + 100.0 / k).deviation / trained(*network, at, late).deviation;
    CHECK(ratio == doctest::Approx(std::exp(-100.0)).epsilon(200.0 * eps));  // exponents of 160, rounded
}

TEST_CASE("T-5 a vanishing imbalance is no imbalance") {
    for (const double q : {1e-3, 0.4, 2.0}) {
        for (const double eta_tau : {0.01, 0.5, 3.0, 40.0}) {
            const auto at = terms_of(1.3, 0.8);
            const auto balanced = trained(*layered_network({.architecture = "two-layer", .init = {q}}), at, eta_tau);
            const auto nearly =
                trained(*layered_network({.architecture = "two-layer", .init = {q}, .imbalance = 1e-14}), at, eta_tau);
            // The imbalance enters as c²/w² ≤ 1e-22; the rest is rounding of exponents up to 130.
            CHECK(nearly.weight == doctest::Approx(balanced.weight).epsilon(200.0 * eps));
            CHECK(nearly.deviation == doctest::Approx(balanced.deviation).epsilon(200.0 * eps));
        }
    }
}

TEST_CASE("T-6 depth 1 is one-layer and depth 2 is balanced two-layer, to the last bit") {
    for (const auto& [depth, name] : {std::pair{1, "one-layer"}, std::pair{2, "two-layer"}}) {
        for (const bool residual : {false, true}) {
            const std::vector<double> init = {0.0, 1e-6, 0.3, 2.5};
            const auto deep = layered_network(
                {.architecture = "deep", .init = init, .depth = depth, .imbalance = 7.0, .residual = residual});
            const auto other = layered_network({.architecture = name, .init = init, .residual = residual});
            for (std::size_t k = 0; k < init.size(); ++k) {
                for (const double eta_tau : {0.0, 1e-3, 2.0, 1e12}) {
                    const auto at = terms_of(1.1, 0.7);
                    CHECK(trained(*deep, at, eta_tau, k).weight == trained(*other, at, eta_tau, k).weight);
                    CHECK(trained(*deep, at, eta_tau, k).deviation == trained(*other, at, eta_tau, k).deviation);
                }
            }
        }
    }
}

TEST_CASE("T-9 a balanced two-layer weight reaches the harmonic mean of Q and w* at ln 2/(4ηω m)") {
    for (const double q : {1e-8, 0.01, 3.0}) {
        const double h = 1.9;
        const double m = 0.6;
        const double omega = 0.7;
        const auto network = layered_network({.architecture = "two-layer", .init = {q}});
        const double tau = std::numbers::ln2 / (4.0 * omega * m);
        const double harmonic = 2.0 / (1.0 / q + h / m);
        CHECK(trained(*network, terms_of(h, m, omega), tau).weight == doctest::Approx(harmonic).epsilon(8.0 * eps));
    }
}

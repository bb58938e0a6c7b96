#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>

#include "layered_case.hpp"

using namespace eigenflow;
using tests::layered_network;
using tests::terms_of;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();
constexpr double h = 1.3;
using Layers = std::array<double, 2>;

double imbalance(const Layers& layers) { return layers[0] * layers[0] - layers[1] * layers[1]; }

Layers slope_at(const model::Network& network, const model::NoiseTerms& at, const Layers& layers) {
    Layers slope{};
    network.descent(at, 0, layers, slope);
    return slope;
}

Layers moved(const Layers& from, const Layers& along, double by) {
    return {from[0] + by * along[0], from[1] + by * along[1]};
}

// Every sign of Q, m and c, and starts on both sides of w*.
template <class Body>
void everywhere(const Body& body) {
    for (const double c : {2.0, 0.3, -0.3, -2.0}) {
        for (const double q : {0.0, 0.1, 1.5, -0.7}) {
            const auto network = layered_network({.architecture = "two-layer", .init = {q}, .imbalance = c});
            for (const double m : {0.9, -0.9}) {
                Layers layers{};
                network->initial_parameters(0, layers);
                CAPTURE(c);
                CAPTURE(q);
                CAPTURE(m);
                body(*network, terms_of(h, m), layers, c);
            }
        }
    }
}

}  // namespace

TEST_CASE("T-5 conservation: the network's own descent, followed as a flow, keeps p^2 - q^2") {
    everywhere([](const model::Network& network, const model::NoiseTerms& at, Layers layers, double c) {
        // Rates are at most κ = 2ωh (p² + q²) < 16. Runge–Kutta 4 errs by (κ dt)^5/120 of a layer in a step.
        constexpr double rate = 16.0;
        constexpr int steps = 4000;
        constexpr double dt = 0.02 / rate;
        const double weight = layers[0] * layers[1];
        double worst = 0.0;
        for (int n = 0; n < steps; ++n) {
            const Layers k1 = slope_at(network, at, layers);
            const Layers k2 = slope_at(network, at, moved(layers, k1, 0.5 * dt));
            const Layers k3 = slope_at(network, at, moved(layers, k2, 0.5 * dt));
            const Layers k4 = slope_at(network, at, moved(layers, k3, dt));
            for (std::size_t p = 0; p < 2; ++p) {
                layers[p] += dt / 6.0 * (k1[p] + 2.0 * k2[p] + 2.0 * k3[p] + k4[p]);
            }
            worst = std::max(worst, std::abs(imbalance(layers) - c));
        }
        // Both squares, of at most 4, move by twice that; and four roundings a step.
        constexpr double drift = steps * 2.0 * 4.0 * 3.2e-9 / 120.0;  // 0.02^5 = 3.2e-9
        CHECK(worst <= drift + steps * 4.0 * 4.0 * eps);
        CHECK(std::abs(layers[0] * layers[1] - at.m0 / h) < 0.1 * std::abs(weight - at.m0 / h));  // and it did train
    });
}

// p' = p + ηs q and q' = q + ηs p, s = −2ω(hw − m):  p'² − q'² = c (1 − η²s²).
TEST_CASE("T-5 T-10 conservation: a step of gradient descent changes p^2 - q^2 in second order of the step") {
    everywhere([](const model::Network& network, const model::NoiseTerms& at, const Layers& layers, double c) {
        const double s = -2.0 * (h * layers[0] * layers[1] - at.m0);
        const Layers slope = slope_at(network, at, layers);
        for (const double eta : {0.1, 0.01}) {
            const double drift = imbalance(moved(layers, slope, eta)) - imbalance(layers);
            const double size = layers[0] * layers[0] + layers[1] * layers[1];
            CHECK(std::abs(drift + c * eta * eta * s * s) <= 32.0 * eps * size * (1.0 + eta * eta * s * s));
        }
    });
}

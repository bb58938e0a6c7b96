#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "eigenflow/model/network.hpp"
#include "every_network.hpp"
#include "every_objective.hpp"

using namespace eigenflow;
using model::ModeRange;
using model::Network;
using model::NoiseTerms;
using model::TrainingClock;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

// Fourier modes, which convolutions need and everything else takes.
data::Spectrum spectrum() { return *data::power_law_fourier_spectrum({12}, 1.0, 10.0); }

std::unique_ptr<const Network> network_of(model::NetworkSpec spec, double init) {
    spec.init = {init};
    auto made = model::make_network(spec, spectrum());
    REQUIRE_MESSAGE(made, made.error().message);
    return std::move(*made);
}

std::string name_of(const model::NetworkSpec& spec) {
    return spec.architecture + " (depth " + std::to_string(spec.depth) + ", imbalance " +
           std::to_string(spec.imbalance) + ", kernel " + std::to_string(spec.kernel) + ")";
}

std::vector<double> weights(const Network& network, const NoiseTerms& at, double eta_tau) {
    std::vector<double> w(network.modes());
    network.weights(at, TrainingClock::flow(eta_tau), {0, w.size()}, w);
    return w;
}

std::vector<double> deviations(const Network& network, const NoiseTerms& at, double eta_tau) {
    std::vector<double> d(network.modes());
    network.deviations(at, TrainingClock::flow(eta_tau), {0, d.size()}, d);
    return d;
}

double initial_weight(const Network& network, std::size_t mode) {
    std::vector<double> theta(network.parameters());
    network.initial_parameters(mode, theta);
    return network.weight_of(mode, theta);
}

// The fastest rate 2 ω h g of any mode at its start or its optimum: the natural unit of 1/τ. A convolution's filter
// trains as fast as the sum of its N modes.
double fastest_rate(const Network& network, const NoiseTerms& at) {
    double rate = 0.0;
    for (std::size_t k = 0; k < network.modes(); ++k) {
        const double lambda = network.lambda()[k];
        double gain = static_cast<double>(network.modes());
        if (network.trains_modes_alone()) {
            const double at_start = std::abs(network.gain(k, initial_weight(network, k)));
            const double at_optimum = std::abs(network.gain(k, at.optimum(lambda)));
            gain = std::max({at_start, at_optimum, 1e-9});
        }
        rate = std::max(rate, 2.0 * at.omega * at.curvature(lambda) * gain);
    }
    return rate;
}

// Everything under every objective at noise levels across the path; from small to more than trained initial weights.
template <class Body>
void everywhere(const Body& body) {
    for (const model::NetworkSpec& network_spec : tests::every_network()) {
        for (const double init : {1e-3, 0.4, 1.3}) {
            const auto network = network_of(network_spec, init);
            for (const model::ObjectiveSpec& spec : tests::every_objective()) {
                const auto objective = model::Objective::create(spec);
                for (const double x : {-5.0, -1.3, 0.2, 1.1, 4.0}) {
                    INFO(name_of(network_spec)
                         << " Q = " << init << ", " << tests::name_of(spec) << " at ln(s/a) = " << x);
                    body(*network, objective->at_coordinate(x));
                }
            }
        }
    }
}

}  // namespace

TEST_CASE("T-2 battery: an architecture knows its name, its modes and its spectrum") {
    for (const model::NetworkSpec& spec : tests::every_network()) {
        const auto network = network_of(spec, 0.4);
        // One and two balanced layers are architectures of their own.
        if (spec.architecture != "deep" || spec.depth > 2) CHECK(network->architecture() == spec.architecture);
        CHECK(network->modes() == 12);
        CHECK(network->parameters() >= 1);
        CHECK(std::equal(network->lambda().begin(), network->lambda().end(), spectrum().variances().begin()));
    }
}

TEST_CASE("T-2 battery: training starts at Q") {
    everywhere([](const Network& network, const NoiseTerms& at) {
        const std::vector<double> w = weights(network, at, 0.0);
        for (std::size_t k = 0; k < w.size(); ++k) {
            // Layers take a root and a power of Q.
            CHECK(std::abs(w[k] - initial_weight(network, k)) <= 16.0 * eps * std::abs(w[k]));
            CHECK(std::abs(w[k] - network.initial_weights()[k]) <= 16.0 * eps * std::abs(w[k]));
        }
    });
}

TEST_CASE("T-2 battery: weight = optimum + deviation, at all times") {
    everywhere([](const Network& network, const NoiseTerms& at) {
        const double rate = fastest_rate(network, at);
        for (const double time : {0.0, 0.3, 3.0, 1e3, 1e9}) {
            const std::vector<double> w = weights(network, at, time / rate);
            const std::vector<double> d = deviations(network, at, time / rate);
            for (std::size_t k = 0; k < w.size(); ++k) {
                const double optimum = at.optimum(network.lambda()[k]);
                // 8 ulp of the larger of Q and w* (network headers), and the exponent's own ε · |x| e^(−x) < ε.
                const double size =
                    std::max({std::abs(optimum), std::abs(network.initial_weights()[k]), std::abs(w[k])});
                CHECK_MESSAGE(std::abs(w[k] - optimum - d[k]) <= 32.0 * eps * size, "time " << time << ", mode " << k);
            }
        }
    });
}

TEST_CASE("T-15 battery: trained for ever, a weight has the limit that the architecture names") {
    everywhere([](const Network& network, const NoiseTerms& at) {
        std::vector<double> limit(network.modes());
        network.limit_deviations(at, {0, limit.size()}, limit);
        const std::vector<double> d = deviations(network, at, 1e17 / fastest_rate(network, at));
        for (std::size_t k = 0; k < limit.size(); ++k) {
            const double size = std::max(std::abs(at.optimum(network.lambda()[k])), network.initial_weights()[k]);
            // A deep network that decays to zero does so in powers of τ only.
            CHECK_MESSAGE(std::abs(d[k] - limit[k]) <= 1e-5 * size, "mode " << k);
        }
    });
}

TEST_CASE("T-2 battery: modes that train alone move from Q towards their limit, never back and never beyond") {
    everywhere([](const Network& network, const NoiseTerms& at) {
        if (!network.trains_modes_alone()) return;
        const double rate = fastest_rate(network, at);
        std::vector<double> before = weights(network, at, 0.0);
        std::vector<double> limit(network.modes());
        network.limit_deviations(at, {0, limit.size()}, limit);
        for (double time = 0.01; time < 1e8; time *= 5.0) {
            const std::vector<double> w = weights(network, at, time / rate);
            for (std::size_t k = 0; k < w.size(); ++k) {
                const double end = at.optimum(network.lambda()[k]) + limit[k];
                const double slack = 64.0 * eps * std::max(std::abs(end), std::abs(network.initial_weights()[k]));
                CHECK(std::abs(w[k] - end) <= std::abs(before[k] - end) + slack);
                const bool same_side = (w[k] - end) * (before[k] - end) >= 0.0;
                CHECK((same_side || std::abs(w[k] - end) <= slack));
            }
            before = w;
        }
    });
}

TEST_CASE("T-2 battery: weights of modes that train alone solve their gradient flow") {
    everywhere([](const Network& network, const NoiseTerms& at) {
        if (!network.trains_modes_alone()) return;
        const double rate = fastest_rate(network, at);
        for (const double time : {0.1, 0.7, 4.0}) {
            constexpr double step = 1e-4;
            const std::vector<double> w = weights(network, at, time / rate);
            const std::vector<double> up = weights(network, at, (time + step) / rate);
            const std::vector<double> down = weights(network, at, (time - step) / rate);
            for (std::size_t k = 0; k < w.size(); ++k) {
                const double lambda = network.lambda()[k];
                const double pull = at.curvature(lambda) * w[k] - at.cross_moment(lambda);
                const double slope = -2.0 * at.omega * network.gain(k, w[k]) * pull / rate;  // T-2 in units of 1/rate
                const double difference = (up[k] - down[k]) / (2.0 * step);
                // In these units every derivative is at most some 50 times the largest weight.
                const double size = std::max(std::abs(at.optimum(lambda)), network.initial_weights()[k]);
                CHECK_MESSAGE(std::abs(difference - slope) <= (50.0 * step * step / 6.0 + 64.0 * eps / step) * size,
                              "time " << time << ", mode " << k);
            }
        }
    });
}

TEST_CASE("T-2 battery: the layers' own descent is the direction in which the weights leave") {
    everywhere([](const Network& network, const NoiseTerms& at) {
        const double rate = fastest_rate(network, at);
        constexpr double step = 1e-5;
        const std::vector<double> w = weights(network, at, step / rate);
        for (std::size_t k = 0; k < w.size(); ++k) {
            std::vector<double> theta(network.parameters());
            std::vector<double> slope(theta.size());
            network.initial_parameters(k, theta);
            const double start = network.weight_of(k, theta);
            network.descent(at, k, theta, slope);
            for (std::size_t p = 0; p < theta.size(); ++p) theta[p] += step / rate * slope[p];
            const double moved = network.weight_of(k, theta) - start;
            const double size = std::max(std::abs(at.optimum(network.lambda()[k])), std::abs(start));
            // One Euler step against the flow: second order in step.
            CHECK_MESSAGE(std::abs(w[k] - start - moved) <= (50.0 * step * step + 32.0 * eps) * size, "mode " << k);
        }
    });
}

TEST_CASE("T-2 battery: a mode's bits do not depend on the block that it is computed in") {
    everywhere([](const Network& network, const NoiseTerms& at) {
        const TrainingClock clock = TrainingClock::flow(2.0 / fastest_rate(network, at));
        std::vector<double> w(network.modes());
        std::vector<double> d(network.modes());
        std::vector<double> limit(network.modes());
        network.weights(at, clock, {0, w.size()}, w);
        network.deviations(at, clock, {0, d.size()}, d);
        network.limit_deviations(at, {0, limit.size()}, limit);
        for (const ModeRange range : {ModeRange{0, 1}, ModeRange{3, 2}, ModeRange{1, 9}, ModeRange{11, 1}}) {
            std::vector<double> part(range.count);
            const auto matches = [&](const std::vector<double>& whole) {
                return std::equal(part.begin(), part.end(), whole.begin() + static_cast<std::ptrdiff_t>(range.first));
            };
            network.weights(at, clock, range, part);
            CHECK(matches(w));
            network.deviations(at, clock, range, part);
            CHECK(matches(d));
            network.limit_deviations(at, range, part);
            CHECK(matches(limit));
        }
    });
}

TEST_CASE("T-2 battery: several times of one call have the bits of each alone") {
    everywhere([](const Network& network, const NoiseTerms& at) {
        std::vector<TrainingClock> clocks;
        for (const double part : {0.0, 1e-3, 0.5, 2.0, 100.0, 1e6}) {
            clocks.push_back(TrainingClock::flow(part / fastest_rate(network, at)));
        }
        const ModeRange range{1, 9};
        std::vector<double> curves(clocks.size() * range.count);
        network.deviation_curves(at, clocks, range, curves);
        for (std::size_t i = 0; i < clocks.size(); ++i) {
            std::vector<double> alone(range.count);
            network.deviations(at, clocks[i], range, alone);
            CHECK(
                std::equal(alone.begin(), alone.end(), curves.begin() + static_cast<std::ptrdiff_t>(i * range.count)));
        }
    });
}

TEST_CASE("T-2 battery: where g(0) = 0, Q = 0 stays 0") {
    for (const model::NetworkSpec& spec : tests::every_network()) {
        const auto network = network_of(spec, 0.0);
        if (!network->trains_modes_alone() || network->gain(0, 0.0) != 0.0) continue;
        const auto objective = model::Objective::create({});
        const NoiseTerms at = objective->at(NoiseLevel(1.0));
        for (const double tau : {0.0, 1.0, 1e12}) {
            for (const double w : weights(*network, at, tau)) CHECK_MESSAGE(w == 0.0, name_of(spec));
        }
        std::vector<double> limit(network->modes());
        network->limit_deviations(at, {0, limit.size()}, limit);
        for (std::size_t k = 0; k < limit.size(); ++k) CHECK(limit[k] == -at.optimum(network->lambda()[k]));
    }
}

TEST_CASE("T-10 battery: gradient descent of linear networks is the layers' own steps") {
    for (const model::NetworkSpec& spec : tests::every_network()) {
        const auto network = network_of(spec, 0.3);
        if (!network->is_linear()) continue;
        const auto objective = model::Objective::create({});
        const NoiseTerms at = objective->at(NoiseLevel(1.0));
        for (const double eta_rate : {0.1, 0.9, 1.4, 1.9}) {  // beyond 1, steps overshoot
            const double eta = eta_rate / fastest_rate(*network, at);
            constexpr int steps = 25;
            std::vector<double> closed(network->modes());
            network->weights(at, TrainingClock::descent(eta, steps), {0, closed.size()}, closed);
            for (std::size_t k = 0; k < closed.size(); ++k) {
                std::vector<double> theta(network->parameters());
                std::vector<double> slope(theta.size());
                network->initial_parameters(k, theta);
                for (int n = 0; n < steps; ++n) {
                    network->descent(at, k, theta, slope);
                    for (std::size_t p = 0; p < theta.size(); ++p) theta[p] += eta * slope[p];
                }
                // Six roundings a step of at most (η rate)(|w| + |w*|), in a map that does not expand.
                CHECK_MESSAGE(std::abs(closed[k] - network->weight_of(k, theta)) <= 6.0 * steps * eps * 4.0,
                              name_of(spec) << " eta rate " << eta_rate << " mode " << k);
            }
        }
    }
}

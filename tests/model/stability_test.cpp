#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "dense_functions.hpp"
#include "eigenflow/model/registry.hpp"
#include "eigenflow/numerics/random.hpp"
#include "every_network.hpp"
#include "layered_case.hpp"

using namespace eigenflow;
using model::Network;
using model::NoiseTerms;
using tests::layered_network;
using tests::terms_of;

namespace {

// A noise level of an objective, and data for it: with m of both signs where the objective has them.
struct Setting {
    model::ObjectiveSpec objective;
    double t;
    double largest;
};
const std::vector<Setting> settings = {
    {{}, 0.7, 2.0},
    {{.path = "flow", .target = "velocity"}, 0.1, 0.01},  // m < 0 for every mode: P P^T learns 0
    {{.path = "flow", .target = "velocity"}, 0.8, 1.0},
    {{.path = "vp-cosine", .target = "v"}, 0.6, 3.0},  // m < 0 where λ > 1
    {{.path = "vp-linear", .target = "v"}, 0.4, 0.3},
    {{.preconditioning = "edm", .weighting = "edm"}, 0.4, 1.0},  // m < 0 where λ < σ_d²
    {{.preconditioning = "edm", .weighting = "edm"}, 0.4, 0.1},
};

struct Descent {
    const Network& network;
    const NoiseTerms& at;
    std::size_t mode;
    std::vector<double> theta = std::vector<double>(network.parameters());
    std::vector<double> slope = std::vector<double>(network.parameters());

    Descent(const Network& n, const NoiseTerms& terms, std::size_t k) : network(n), at(terms), mode(k) {
        network.initial_parameters(mode, theta);
    }
    void step(double eta) {
        network.descent(at, mode, theta, slope);
        for (std::size_t p = 0; p < theta.size(); ++p) theta[p] += eta * slope[p];
    }
    double weight() const { return network.weight_of(mode, theta); }
};

std::vector<double> limit_weights(const Network& network, const NoiseTerms& at) {
    std::vector<double> limit(network.modes());
    network.limit_deviations(at, {0, limit.size()}, limit);
    for (std::size_t k = 0; k < limit.size(); ++k) limit[k] += at.optimum(network.lambda()[k]);
    return limit;
}

// The largest distance of any mode from its limit, over its first, after n literal steps and on the way.
struct Growth {
    double end, peak;
};
Growth growth(const Network& network, const NoiseTerms& at, double eta, int steps) {
    const std::vector<double> limit = limit_weights(network, at);
    double start = 0.0;
    Growth g{};
    for (std::size_t k = 0; k < limit.size(); ++k) {
        Descent descent(network, at, k);
        double distance = std::abs(descent.weight() - limit[k]);
        start = std::max(start, distance);
        for (int n = 0; n < steps; ++n) {
            descent.step(eta);
            distance = std::abs(descent.weight() - limit[k]);
            if (!std::isfinite(distance)) distance = 1e300;
            g.peak = std::max(g.peak, distance);
        }
        g.end = std::max(g.end, distance);
    }
    return {g.end / start, g.peak / start};
}

}  // namespace

// The stories: g(w*) < 0 where m < 0 counted as no stiffness at all, although 0, where such a weight goes, has 4ω|m|
// (P P^T on flow: the limit said 25 for 0.5); and half the limit was refused of two layers.
TEST_CASE(
    "T-10 stability battery: next to its limit every network comes closer at 0.95 of 2/kappa and leaves at 1.05") {
    for (const model::NetworkSpec& given : tests::every_network()) {
        for (const Setting& setting : settings) {
            const auto spectrum = data::power_law_fourier_spectrum({12}, 1.0, setting.largest);
            const NoiseTerms at = model::Objective::create(setting.objective)->at(NoiseLevel(setting.t));
            model::NetworkSpec spec = given;
            spec.init = {0.5};
            auto network = *model::make_network(spec, *spectrum);
            if (network->trains_modes_alone() && given.architecture != "full-convolution") {
                spec.init = limit_weights(*network, at);
                for (double& q : spec.init) q = q == 0.0 ? 1e-4 : 1.001 * q;
                auto nearby = model::make_network(spec, *spectrum);
                REQUIRE_MESSAGE(nearby, nearby.error().message);
                network = std::move(*nearby);
            }
            const double kappa = network->stiffness(at).limit;
            INFO(spec.architecture << " depth " << spec.depth << " imbalance " << spec.imbalance << " on "
                                   << setting.objective.path << " lambda_1 " << setting.largest << ": kappa " << kappa);
            // Three layers and more at 0 have no linear part: they fade in powers of the time at any rate.
            const bool fades = spec.architecture == "deep" && spec.depth > 2 && limit_weights(*network, at)[0] == 0.0;
            if (kappa == 0.0) {
                CHECK(fades);
                continue;
            }
            // 400 steps: 0.9^400 = 5e-19, and 1.1^400 = 4e16 until cycles take over far from the limit.
            CHECK(growth(*network, at, 0.95 * 2.0 / kappa, 400).end < 1.0);
            // On the way: unbalanced layers that tremble lose imbalance, until they are stable with less of it.
            CHECK(growth(*network, at, 1.05 * 2.0 / kappa, 400).peak > 10.0);
        }
    }
}

TEST_CASE("T-10 sharpness is the largest eigenvalue of the layers' own Hessian") {
    const NoiseTerms at = terms_of(1.3, 0.4, 0.7);
    std::vector<model::NetworkSpec> specs = {{.architecture = "one-layer"}, {.architecture = "symmetric-two-layer"}};
    for (const double c : {0.0, 0.6, -0.2}) specs.push_back({.architecture = "two-layer", .imbalance = c});
    for (const int depth : {3, 4, 6}) specs.push_back({.architecture = "deep", .depth = depth});
    for (model::NetworkSpec spec : specs) {
        for (const double q : {0.05, 0.3, 0.9, 1.4}) {
            spec.init = {q};
            const auto network = layered_network(spec);
            const auto count = static_cast<Eigen::Index>(network->parameters());
            constexpr double step = 1e-4;
            Eigen::MatrixXd hessian(count, count);
            Descent start(*network, at, 0);
            for (Eigen::Index j = 0; j < count; ++j) {
                Descent up = start;
                Descent down = start;
                up.theta[static_cast<std::size_t>(j)] += step;
                down.theta[static_cast<std::size_t>(j)] -= step;
                up.step(0.0);
                down.step(0.0);
                for (Eigen::Index i = 0; i < count; ++i) {
                    const auto p = static_cast<std::size_t>(i);
                    hessian(i, j) = (down.slope[p] - up.slope[p]) / (2.0 * step);
                }
            }
            // Equal layers move along themselves; unbalanced ones anywhere.
            const Eigen::VectorXd along = Eigen::Map<Eigen::VectorXd>(start.theta.data(), count).normalized();
            const double expected = spec.imbalance == 0.0 ? std::max(along.dot(hessian * along), 0.0)
                                                          : tests::eigenpairs(hessian).values(count - 1);
            INFO(spec.architecture << " depth " << spec.depth << " imbalance " << spec.imbalance << " Q " << q);
            // A central difference of a polynomial of degree 2L − 1 ≤ 11: step² (2L)³/6 of it, at layers of size 1.
            CHECK(std::abs(network->sharpness(at, 0, q) - expected) <= 3e-6 * (1.0 + std::abs(expected)));
        }
    }
}

// The story: P P^T from Q = 50 overflowed after one step at a rate that was called stable, since only w* was looked at.
TEST_CASE(
    "T-10 stability: from any start, steps below 2/kappa of start and limit stay near, and half of it never raises the "
    "loss") {
    numerics::RandomStream random(10);
    const auto uniform = [&](double low, double high) { return low + (high - low) * random.uniform(); };
    std::size_t set_by_start = 0;
    for (int i = 0; i < 600; ++i) {
        const double h = std::exp(uniform(-2.0, 2.0));
        const double m = h * uniform(-1.5, 1.5);
        const double q = std::exp(uniform(-6.0, 4.0));
        const std::vector<model::NetworkSpec> specs = {{.architecture = "symmetric-two-layer", .init = {q}},
                                                       {.architecture = "two-layer",
                                                        .init = {i % 2 == 0 ? q : -q},
                                                        .imbalance = i % 3 == 0 ? 0.0 : uniform(-3.0, 3.0)},
                                                       {.architecture = "deep", .init = {q}, .depth = 3 + i % 5}};
        for (const model::NetworkSpec& spec : specs) {
            const auto network = layered_network(spec);
            const NoiseTerms at = terms_of(h, m);
            const model::Stiffness stiffness = network->stiffness(at);
            set_by_start += stiffness.start > stiffness.limit ? 1 : 0;
            if (stiffness.largest() == 0.0) continue;
            const double limit = limit_weights(*network, at)[0];
            const double reach = std::max(std::abs(q), std::abs(q) + std::abs(m / h));
            double risen = 0.0;
            double farthest = 0.0;
            for (const double part : {0.5, 0.95}) {  // 0.5 is what the refusal recommends
                Descent descent(*network, at, 0);
                const auto loss = [&] { return h * descent.weight() * descent.weight() - 2.0 * m * descent.weight(); };
                double before = loss();
                const double size = std::abs(before) + m * m / h;
                for (int n = 0; n < 300; ++n) {
                    descent.step(part * 2.0 / stiffness.largest());
                    if (part == 0.5) risen = std::max(risen, (loss() - before) / size);
                    before = loss();
                    const double distance = std::abs(descent.weight() - limit);
                    farthest = std::max(farthest, std::isfinite(distance) ? distance : 1e300);
                }
            }
            CAPTURE(spec.architecture);
            CAPTURE(spec.imbalance);
            CAPTURE(q);
            CAPTURE(m / h);
            CHECK(risen <= 1e-14);  // 32 roundings of the loss
            CHECK(farthest <= reach);
        }
    }
    CHECK(set_by_start > 300);
}

// The story: products of layers taken in another order for every layer, and q = Q/√Q, differed by an ulp; where m < 0
// zero is a saddle, and the difference grew until the weight ended at w* < 0, which balanced layers never reach.
TEST_CASE("T-5 T-6 T-10 equal layers stay equal to the last bit, on either side of the saddle at zero") {
    for (const double q : {0.2, 0.7, -0.3}) {
        for (const int depth : {2, 3, 5, 6}) {
            if (q < 0.0 && depth == 6) continue;
            const model::NetworkSpec spec =
                depth == 2 ? model::NetworkSpec{.architecture = "two-layer", .init = {q}}
                           : model::NetworkSpec{.architecture = "deep", .init = {q}, .depth = depth};
            const auto network = layered_network(spec);
            for (const double m : {-0.9, 0.9}) {
                const NoiseTerms at = terms_of(1.3, m);
                Descent descent(*network, at, 0);
                bool equal = true;
                for (int n = 0; n < 5000; ++n) {
                    descent.step(0.3 / network->stiffness(at).largest());
                    for (const double layer : descent.theta)
                        equal = equal && std::abs(layer) == std::abs(descent.theta[0]);
                }
                CAPTURE(q);
                CAPTURE(depth);
                CAPTURE(m);
                CHECK(equal);
                CHECK(descent.weight() * q >= 0.0);
            }
        }
    }
}

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "eigenflow/numerics/random.hpp"
#include "explicit_convolution.hpp"
#include "small_problem.hpp"

using namespace eigenflow;
using tests::problem_of;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

// A path and its usual target, written out: a, s, their derivatives, and x̂0, ẑ from x and F.
struct Level {
    double a, s, da, ds;
};
struct Path {
    std::string name, target;
    double noise, data;
    std::function<Level(double t)> at;
    // F = w x regressed on x0 − z (velocity) or a z − s x0 (v), x = a x0 + s z, solved for x0 and z.
    double x0(const Level& l, double x, double f) const {
        return target == "velocity" ? x + l.s * f : l.a * x - l.s * f;
    }
    double z(const Level& l, double x, double f) const {
        return target == "velocity" ? x - l.a * f : l.s * x + l.a * f;
    }
    double slope(const Level& l, double x, double w) const { return l.da * x0(l, x, w * x) + l.ds * z(l, x, w * x); }
    // T-3 with h = a²λ + s² and m = a u λ + s v.
    double weight(const Level& l, double lambda, double q, double tau) const {
        const double h = l.a * l.a * lambda + l.s * l.s;
        const double m = target == "velocity" ? l.a * lambda - l.s : l.a * l.s * (1.0 - lambda);
        return m / h + (q - m / h) * std::exp(-2.0 * h * tau);
    }
};

std::vector<Path> paths() {
    const auto cosine = [](double t) {
        const double angle = 0.5 * std::numbers::pi * t;
        return Level{std::cos(angle), std::sin(angle), -0.5 * std::numbers::pi * std::sin(angle),
                     0.5 * std::numbers::pi * std::cos(angle)};
    };
    const auto linear = [](double t) {  // a = exp(−½∫β), β = 0.1 + 19.9 t
        const double beta = 0.1 + 19.9 * t;
        const double a = std::exp(-0.5 * (0.1 * t + 0.5 * 19.9 * t * t));
        const double s = std::sqrt(1.0 - a * a);
        return Level{a, s, -0.5 * beta * a, 0.5 * beta * a * a / s};
    };
    return {{"flow", "velocity", 0.0, 1.0,
             [](double t) {
                 return Level{t, 1.0 - t, 1.0, -1.0};
             }},
            {"vp-cosine", "v", 0.98, 0.02, cosine},
            {"vp-linear", "v", 0.95, 0.05, linear}};
}

// One sample through every step of a sampler, w(level) its weight.
template <class Weigh>
double sampled(const Path& path, const std::string& sampler, int steps, double x, const Weigh& weigh) {
    for (int i = 0; i < steps; ++i) {
        const auto time = [&](int n) { return path.noise + (path.data - path.noise) * n / steps; };
        const double dt = time(i + 1) - time(i);
        const Level from = path.at(time(i));
        const Level to = path.at(time(i + 1));
        const double w = weigh(from);
        if (sampler == "ddim") {
            x = to.a * path.x0(from, x, w * x) + to.s * path.z(from, x, w * x);
            continue;
        }
        const double euler = x + dt * path.slope(from, x, w);
        x = sampler == "euler" ? euler : x + 0.5 * dt * (path.slope(from, x, w) + path.slope(to, euler, weigh(to)));
    }
    return x / path.at(path.data).a;
}

double predicted(const dynamics::LearningProblem& problem, const std::string& sampler, int steps, double tau) {
    const auto route = dynamics::make_variance_route("auto", {.solver = sampler, .steps = steps}, problem);
    REQUIRE_MESSAGE(route, route.error().message);
    return (*route)->variances(std::vector<double>{tau}, {0, 1}).variance.front();
}

}  // namespace

TEST_CASE("T-17 on flow and vp the samplers take uniform steps in t, written out by hand") {
    for (const Path& path : paths()) {
        for (const double lambda : {0.01, 0.6, 5.0}) {
            for (const double tau : {0.0, 0.4, 100.0}) {
                const auto problem = problem_of("one-layer", {lambda}, {0.3},
                                                {.path = path.name, .target = path.target}, path.noise, path.data);
                for (const std::string sampler : {"euler", "heun", "ddim"}) {
                    for (const int steps : {2, 3, 5}) {
                        const double x = sampled(path, sampler, steps, 1.0,
                                                 [&](const Level& l) { return path.weight(l, lambda, 0.3, tau); });
                        INFO(path.name << " " << sampler << " lambda " << lambda << " tau " << tau << " steps "
                                       << steps);
                        // Sums of a dozen terms of size 10 a step (slopes of vp-linear reach β = 20), which grow from
                        // step to step by as much, and s = √(1 − a²) near 1 − a = 1e-3.
                        const double size = std::pow(10.0, steps);
                        CHECK(std::abs(predicted(problem, sampler, steps, tau) - x * x) <=
                              64.0 * eps * (x * x + size * std::abs(x)));
                    }
                }
            }
        }
    }
}

TEST_CASE("T-17 Monte Carlo: samples pushed through Euler, Heun and ddim on flow and vp have the predicted variance") {
    constexpr int samples = 20'000;
    constexpr int steps = 12;
    numerics::RandomStream random(7);
    for (const Path& path : paths()) {
        for (const double lambda : {0.05, 4.0}) {
            const double tau = 0.7;
            const auto problem = problem_of("one-layer", {lambda}, {0.2}, {.path = path.name, .target = path.target},
                                            path.noise, path.data);
            for (const std::string sampler : {"euler", "heun", "ddim"}) {
                double square = 0.0;
                for (int n = 0; n < samples; ++n) {
                    const double x = sampled(path, sampler, steps, random.normal(),
                                             [&](const Level& l) { return path.weight(l, lambda, 0.2, tau); });
                    square += x * x / samples;
                }
                // Four standard errors of a Gaussian's variance.
                CHECK_MESSAGE(
                    std::abs(square / predicted(problem, sampler, steps, tau) - 1.0) <= 4.0 * std::sqrt(2.0 / samples),
                    path.name << " " << sampler << " lambda " << lambda);
            }
        }
    }
}

// Images, not modes: filters trained on the explicit loss of the pixels, applied as circulant matrices.
TEST_CASE("T-8 T-17 Monte Carlo: images pushed through a patch convolution's Euler steps have the predicted spectrum") {
    constexpr int images = 20'000;
    constexpr int steps = 15;
    constexpr double tau = 0.02;
    const auto pixels = tests::ExplicitConvolution::random({3, 4}, 5).averaged();
    const auto spectrum = pixels.spectrum();
    const auto window = *data::filter_window(std::vector<int>{3, 4}, 3);
    auto network = model::make_network({.architecture = "patch-convolution", .init = {0.3}}, spectrum);
    REQUIRE_MESSAGE(network, network.error().message);
    const auto objective = model::Objective::create({});
    const dynamics::LearningProblem problem{.network = std::shared_ptr<const model::Network>(std::move(*network)),
                                            .objective = *objective,
                                            .noise = NoiseLevel(20.0),
                                            .data = NoiseLevel(0.05)};
    Eigen::VectorXd start(static_cast<Eigen::Index>(window.size()));
    problem.network->initial_parameters(0, std::span(start.data(), window.size()));
    std::vector<double> sigma;
    for (int i = 0; i < steps; ++i) {
        const double part = static_cast<double>(i) / (steps - 1);
        sigma.push_back(
            std::pow(std::pow(20.0, 1 / 7.0) + part * (std::pow(0.05, 1 / 7.0) - std::pow(20.0, 1 / 7.0)), 7));
    }
    numerics::RandomStream random(11);
    Eigen::MatrixXd x = Eigen::MatrixXd::NullaryExpr(pixels.places(), images, [&] { return 20.0 * random.normal(); });
    for (std::size_t i = 0; i + 1 < sigma.size(); ++i) {
        const Eigen::VectorXd taps = pixels.loss(*objective, NoiseLevel(sigma[i]), window).after(start, tau);
        const Eigen::MatrixXd denoised = pixels.circulant(window, taps) * x;
        x += (sigma[i + 1] - sigma[i]) / sigma[i] * (x - denoised);
    }
    const Eigen::MatrixXd covariance = x * x.transpose() / images;
    const auto route = dynamics::make_variance_route("auto", {.solver = "euler", .steps = steps}, problem);
    REQUIRE(route);
    const auto expected = (*route)->variances(std::vector<double>{tau}, {0, spectrum.modes()}).variance;
    for (std::size_t k = 0; k < expected.size(); ++k) {
        const data::Frequency f = spectrum.frequencies()[k];
        const bool real = 2 * f.y % 3 == 0 && 2 * f.x % 4 == 0;  // a complex mode averages two real ones
        const double standard_error = std::sqrt((real ? 2.0 : 1.0) / images);
        CHECK_MESSAGE(std::abs(pixels.power(covariance, f) / expected[k] - 1.0) <= 4.0 * standard_error, "mode " << k);
    }
}

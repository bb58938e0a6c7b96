#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include "battery_problem.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "small_problem.hpp"

using namespace eigenflow;
using dynamics::LearningProblem;
using dynamics::TrainingRule;
using tests::problem_of;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

// Gradient descent on ve between σ = 1 and 0.01, where h ≤ 1 + λ.
LearningProblem descending(const std::string& architecture, std::vector<double> lambda, double init, double eta) {
    auto problem = problem_of(architecture, std::move(lambda), {init}, {}, 1.0, 0.01);
    problem.rule = TrainingRule::gradient_descent;
    problem.learning_rate = LearningRate(eta);
    return problem;
}

double trained_weight(const LearningProblem& problem, double sigma, double tau) {
    const auto trained = dynamics::make_trained_weights(problem);
    REQUIRE(trained);
    double weight = 0.0;
    (*trained)->weights(problem.objective.at(NoiseLevel(sigma)), std::span(&tau, 1), {0, 1}, std::span(&weight, 1));
    return weight;
}

dynamics::Simulation simulated(const LearningProblem& problem, std::vector<double> tau) {
    const dynamics::SimulationRequest request{
        .problem = problem, .sampling = {}, .tau = std::move(tau), .noise_levels = {}, .weight_modes = {}};
    auto simulation = dynamics::simulate(request);
    REQUIRE(simulation);
    return *std::move(simulation);
}

}  // namespace

TEST_CASE("T-10 one layer: the steps themselves are the closed form") {
    for (const double eta : {0.05, 0.3, 0.49}) {
        const double h = 1.0 + 0.81;
        const double m = 1.0;
        double w = 0.2;
        for (int n = 0; n <= 30; ++n) {
            const double closed = trained_weight(descending("one-layer", {1.0}, 0.2, eta), 0.9, eta * n);
            // Five roundings a step; 1 − 2ηh is at most 1 in size.
            CHECK_MESSAGE(std::abs(closed - w) <= 8.0 * (n + 1) * eps, "eta " << eta << " step " << n);
            w -= eta * 2.0 * (h * w - m);
        }
    }
}

TEST_CASE("T-10 one layer: a factor below zero alternates around the optimum") {
    const double eta = 0.4;  // 1 − 2ηh = −0.448 at σ = 0.9, λ = 1
    const double optimum = 1.0 / 1.81;
    for (int n = 0; n < 12; ++n) {
        const double w = trained_weight(descending("one-layer", {1.0}, 0.2, eta), 0.9, eta * n);
        CHECK((w < optimum) == (n % 2 == 0));
    }
}

TEST_CASE("T-10 symmetric two-layer: weights by steps are those of P <- P - eta 4 omega (h P^2 - m) P") {
    const double eta = 0.1;
    double p = std::sqrt(0.05);
    for (int n = 0; n <= 60; ++n) {
        const double w = trained_weight(descending("symmetric-two-layer", {1.0}, 0.05, eta), 0.5, eta * n);
        // Growth by at most e^(4ηm) a step carries a rounding to 1/√0.05 = 4.5 times its size; ten roundings a step.
        CHECK_MESSAGE(std::abs(w - p * p) <= 50.0 * (n + 1) * eps * w, "step " << n);
        p -= eta * 4.0 * (1.25 * p * p - 1.0) * p;
    }
}

TEST_CASE("T-10 weights by steps remember nothing between calls: any rising times give the same bits") {
    const LearningProblem problem = descending("symmetric-two-layer", {1.0}, 0.05, 0.1);
    const auto trained = dynamics::make_trained_weights(problem);
    REQUIRE(trained);
    CHECK((*trained)->sweeps());
    const model::NoiseTerms at = problem.objective.at(NoiseLevel(0.5));
    const std::array<double, 4> tau = {0.0, 0.5, 2.0, 40.0};
    std::array<double, 4> together{};
    (*trained)->weights(at, tau, {0, 1}, together);
    for (std::size_t i = 0; i < tau.size(); ++i) CHECK(together[i] == trained_weight(problem, 0.5, tau[i]));
}

TEST_CASE("T-10 time is rounded to whole steps") {
    const LearningProblem problem = descending("one-layer", {1.0}, 0.2, 0.25);
    CHECK(problem.clock(TrainingTime(1.0)).steps() == 4.0);
    CHECK(problem.clock(TrainingTime(1.1)).steps() == 4.0);
    CHECK(problem.clock(TrainingTime(1.2)).eta_tau() == 1.25);
    CHECK(trained_weight(problem, 0.9, 1.1) == trained_weight(problem, 0.9, 1.0));
    const std::vector<double> times = dynamics::training_times(problem, {0.0, 0.1, 0.2, 0.3, 1.1, 1.2});
    CHECK(times == std::vector<double>{0.0, 0.25, 1.0, 1.25});
    auto flow = problem;
    flow.rule = TrainingRule::gradient_flow;
    CHECK(dynamics::training_times(flow, {0.0, 0.1, 0.2}) == std::vector<double>{0.0, 0.1, 0.2});
}

TEST_CASE("T-10 stability: below the largest stable rate a variance, far beyond it NaN and a failure, never infinity") {
    for (const std::string architecture : {"one-layer", "symmetric-two-layer", "two-layer", "deep"}) {
        const auto limit = dynamics::largest_stable_rate(descending(architecture, {1.0}, 0.2, 1.0));
        // 30: layers a little beyond the limit are caught in a cycle, those far beyond escape.
        for (const double excess : {0.9, 30.0}) {
            const double eta = limit.value * excess;
            const auto simulation =
                simulated(descending(architecture, {1.0}, 0.2, eta), {0.0, 50.0 * eta, 5000.0 * eta});
            INFO(architecture << " eta " << eta);
            CHECK(std::isfinite(simulation.trajectories.variance[0]));  // Q, whatever comes
            for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
                const double v = simulation.trajectories.variance[i];
                CHECK_FALSE(std::isinf(v));
                CHECK(std::isnan(v) == (excess > 1.0));
            }
            CHECK(simulation.failures.empty() == (excess < 1.0));
        }
    }
}

TEST_CASE("T-10 stability: one layer's largest stable step is 1/h at the largest noise") {
    const auto limit = dynamics::largest_stable_rate(descending("one-layer", {3.0, 1.0}, 0.2, 1.0));
    CHECK(std::abs(limit.value * (1.0 + 3.0) - 1.0) <= 16.0 * eps);
}

TEST_CASE("T-10 unstable: the failure names the mode and the first time after the start") {
    const auto problem = descending("one-layer", {3.0, 1.0}, 0.2, 0.4);  // 0.4 · 4 > 1 > 0.4 · 2
    const auto simulation = simulated(problem, {0.0, 0.8, 4.0});
    REQUIRE(simulation.failures.size() >= 1);
    for (const auto& failure : simulation.failures) {
        CHECK(failure.mode == 0);
        CHECK(failure.tau > 0.0);
        CHECK_FALSE(failure.reason.empty());
    }
    CHECK(std::isnan(simulation.trajectories.at(2, 0)));
    CHECK(std::isfinite(simulation.trajectories.at(2, 1)));
}

TEST_CASE("T-10 approaches T-2 in first order of the step") {
    for (const char* architecture : {"one-layer", "symmetric-two-layer", "two-layer", "deep"}) {
        auto flow = descending(architecture, {1.0}, 0.2, 1.0);
        flow.rule = TrainingRule::gradient_flow;
        const double exact = tests::variance_by("quadrature", flow, 1.0);
        std::vector<double> error;
        for (const double eta : {0x1p-8, 0x1p-9, 0x1p-10}) {
            const double v = tests::variance_by("quadrature", descending(architecture, {1.0}, 0.2, eta), 1.0);
            error.push_back(std::log(v / exact));
        }
        // Halving η halves the error, up to the next order, η · rate ≲ 0.05.
        CHECK_MESSAGE(error[0] / error[1] == doctest::Approx(2.0).epsilon(0.05), architecture);
        CHECK_MESSAGE(error[1] / error[2] == doctest::Approx(2.0).epsilon(0.025), architecture);
    }
}

TEST_CASE("T-10 battery: untrained is untrained, whatever the step") {
    for (const std::string& architecture : model::architecture_names()) {
        for (const double eta : {1e-4, 10.0}) {  // 10 is unstable everywhere
            auto problem = tests::battery_problem({.architecture = architecture, .init = {0.2}});
            const double expected =
                tests::route_of("quadrature", problem)->variances(std::vector{0.0}, {0, 1}).variance[0];
            problem.rule = TrainingRule::gradient_descent;
            problem.learning_rate = LearningRate(eta);
            const auto block = tests::route_of("auto", problem)->variances(std::vector{0.0}, {0, 1});
            CHECK_MESSAGE(tests::relative_error(block.variance[0], expected) <= 1e-12, architecture << " eta " << eta);
        }
    }
}

TEST_CASE("T-10 the ODE route is refused for gradient descent, with the remedy") {
    const auto route = dynamics::make_variance_route("ode", {}, descending("one-layer", {1.0}, 0.2, 0.1));
    REQUIRE_FALSE(route);
    CHECK(route.error().kind == ErrorKind::usage);
    CHECK(route.error().message.find("\"auto\"") != std::string::npos);
}

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/model/registry.hpp"
#include "small_problem.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using tests::problem_of;
using tests::relative_error;
using tests::variance_by;

namespace {

constexpr double ode_promise = 1e-7;

struct Setting {
    std::string path, target;
    double noise, data;
};

dynamics::LearningProblem layered_problem(const model::NetworkSpec& network, const Setting& setting, double lambda) {
    model::ObjectiveSpec objective;
    objective.path = setting.path;
    objective.target = setting.target;
    auto problem = problem_of("one-layer", {lambda}, network.init, objective, setting.noise, setting.data);
    auto made = model::make_network(network, *data::Spectrum::principal({lambda}));
    REQUIRE_MESSAGE(made, made.error().message);
    problem.network = std::move(*made);
    return problem;
}

std::vector<model::NetworkSpec> networks() {
    return {{.architecture = "two-layer", .init = {0.1}},
            {.architecture = "two-layer", .init = {-0.3}},
            {.architecture = "two-layer", .init = {0.0}, .imbalance = 0.5},
            {.architecture = "two-layer", .init = {-0.2}, .imbalance = -0.01},
            {.architecture = "two-layer", .init = {0.1}, .imbalance = 0.3, .residual = true},
            {.architecture = "deep", .init = {0.01}, .depth = 3},
            {.architecture = "deep", .init = {-0.2}, .depth = 3},
            {.architecture = "deep", .init = {0.1}, .depth = 4, .residual = true},
            {.architecture = "deep", .init = {0.5}, .depth = 8}};
}

std::string describe(const model::NetworkSpec& spec, const Setting& setting, double lambda, double tau) {
    return spec.architecture + " depth " + std::to_string(spec.depth) + " Q = " + std::to_string(spec.init[0]) +
           " c = " + std::to_string(spec.imbalance) + " on " + setting.path + " " + setting.target +
           " lambda = " + std::to_string(lambda) + " tau = " + std::to_string(tau);
}

}  // namespace

TEST_CASE("T-5 T-6 generated variances: closed weights under quadrature against two nested ODEs") {
    double worst = 0.0;
    for (const Setting& setting : {Setting{"ve", "denoise", 80.0, 0.002}, Setting{"ve", "noise", 80.0, 0.002},
                                   Setting{"flow", "velocity", 0.0, 1.0}}) {
        for (const model::NetworkSpec& network : networks()) {
            for (const double lambda : {0.02, 3.0}) {
                const auto problem = layered_problem(network, setting, lambda);
                for (const double tau : {0.03, 1.0, 40.0}) {
                    CAPTURE(describe(network, setting, lambda, tau));
                    const double error =
                        relative_error(variance_by("ode", problem, tau), variance_by("quadrature", problem, tau));
                    CHECK(error <= ode_promise);
                    worst = tests::worse(worst, error);
                }
            }
        }
    }
    MESSAGE("worst " << worst);
}

// Residual layers that start apart conserve a p² − q² of their own in every mode, so that g(w) differs too.
TEST_CASE("T-5 residual layers of different initial weights: quadrature against two nested ODEs") {
    const model::NetworkSpec spec{
        .architecture = "two-layer", .init = {0.1, -0.2, 0.4}, .imbalance = 0.3, .residual = true};
    auto problem = problem_of("one-layer", {3.0, 0.5, 0.02}, {0.1});
    auto made = model::make_network(spec, *data::Spectrum::principal({3.0, 0.5, 0.02}));
    REQUIRE(made);
    problem.network = std::move(*made);
    CHECK(problem.network->gain(0, 0.0) != problem.network->gain(1, 0.0));
    const auto by = [&](const char* solver) {
        auto route = dynamics::make_variance_route(solver, {}, problem);
        REQUIRE(route);
        return (*route)->variances(std::vector<double>{0.0, 0.3, 20.0}, {0, 3});
    };
    const dynamics::VarianceBlock ode = by("ode"), quadrature = by("quadrature");
    CHECK(ode.failures.empty());
    for (std::size_t i = 0; i < 9; ++i) CHECK(relative_error(ode.variance[i], quadrature.variance[i]) <= ode_promise);
}

TEST_CASE("T-5 T-6 gradient descent by small steps is the gradient flow") {
    const Setting setting{"ve", "denoise", 80.0, 0.002};
    for (const model::NetworkSpec& network : networks()) {
        auto problem = layered_problem(network, setting, 1.0);
        const model::NoiseTerms at = problem.objective.at(NoiseLevel(0.5));
        const std::vector<double> tau = {0.5, 2.0};
        const auto weights = [&](double learning_rate) {
            problem.rule = dynamics::TrainingRule::gradient_descent;
            problem.learning_rate = LearningRate(learning_rate);
            const auto trained = dynamics::make_trained_weights(problem);
            REQUIRE(trained);
            std::vector<double> w(tau.size());
            (*trained)->weights(at, tau, {0, 1}, w);
            return w;
        };
        const std::vector<double> coarse = weights(2e-4);
        const std::vector<double> fine = weights(1e-4);
        for (std::size_t i = 0; i < tau.size(); ++i) {
            double flow = 0.0;
            problem.network->weights(at, model::TrainingClock::flow(tau[i]), {0, 1}, std::span(&flow, 1));
            CAPTURE(describe(network, setting, 1.0, tau[i]));
            // First order: halving the step halves the error, and Richardson's extrapolation takes it away.
            const double extrapolated = 2.0 * fine[i] - coarse[i];
            const double error = std::abs(coarse[i] - flow);
            CHECK(error <= 1e-2);
            CHECK(std::abs(extrapolated - flow) <= 0.02 * error + 1e-12);
        }
    }
}

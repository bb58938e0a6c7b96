#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include "battery_problem.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "every_objective.hpp"
#include "small_problem.hpp"

using namespace eigenflow;
using dynamics::Coupling;
using dynamics::shared_terms;
using tests::problem_of;

namespace {

constexpr double P_mean = -1.2;
constexpr double P_std = 1.2;

// E[σ^p] under ln σ ~ N(P_mean, P_std²).
double sigma_moment(double p, double mean = P_mean, double std = P_std) {
    return std::exp(p * mean + 0.5 * p * p * std * std);
}

model::NoiseTerms averaged(const model::ObjectiveSpec& spec) {
    const auto objective = model::Objective::create(spec);
    REQUIRE(objective);
    const auto terms = shared_terms(*objective);
    REQUIRE(terms);
    CHECK(terms->omega == 1.0);
    return *terms;
}

// 1e-14 of h0 + h1 is the tolerance of the average; as much again for its thousand roundings and the reference's.
void check_moments(const model::NoiseTerms& at, double h0, double h1, double m0, double m1) {
    const double bound = 4e-14 * (h0 + h1);
    CHECK(std::abs(at.h0 - h0) <= bound);
    CHECK(std::abs(at.h1 - h1) <= bound);
    CHECK(std::abs(at.m0 - m0) <= bound);
    CHECK(std::abs(at.m1 - m1) <= bound);
}

}  // namespace

TEST_CASE("T-1 shared: averages over sigma are lognormal moments") {
    const double square = sigma_moment(2.0);
    const double inverse_square = sigma_moment(-2.0);
    check_moments(averaged({}), square, 1.0, 0.0, 1.0);
    check_moments(averaged({.weighting = "lognormal"}), square, 1.0, 0.0, 1.0);  // the weighting is the density
    check_moments(averaged({.target = "noise"}), square, 1.0, sigma_moment(1.0), 0.0);
    check_moments(averaged({.weighting = "inverse-variance"}), 1.0, inverse_square, 0.0, inverse_square);
    // ω = 1/σ_d² + 1/σ²
    check_moments(averaged({.weighting = "edm"}), 1.0 + 4.0 * square, 4.0 + inverse_square, 0.0, 4.0 + inverse_square);
    check_moments(averaged({.weighting = "edm-lognormal"}), 1.0 + 4.0 * square, 4.0 + inverse_square, 0.0,
                  4.0 + inverse_square);
}

TEST_CASE("T-1 shared: other means and widths of the lognormal density") {
    for (const double mean : {-3.0, 0.0, 2.0}) {
        for (const double std : {0.2, 1.0, 2.0}) {
            check_moments(averaged({.P_mean = mean, .P_std = std}), sigma_moment(2.0, mean, std), 1.0, 0.0, 1.0);
        }
    }
}

TEST_CASE("T-1 shared: averages over flow are moments of t") {
    // ∫ t²λ + (1 − t)² = (λ + 1)/3
    check_moments(averaged({.path = "flow", .target = "velocity"}), 1.0 / 3.0, 1.0 / 3.0, -0.5, 0.5);
    check_moments(averaged({.path = "flow", .target = "denoise"}), 1.0 / 3.0, 1.0 / 3.0, 0.0, 0.5);
    check_moments(averaged({.path = "flow", .target = "noise"}), 1.0 / 3.0, 1.0 / 3.0, 0.5, 0.0);
}

TEST_CASE("T-1 shared: edm preconditioning with edm weighting sees data of variance sigma_data^2 as white") {
    const model::NoiseTerms at = averaged({.preconditioning = "edm", .weighting = "edm"});
    CHECK(std::abs(at.curvature(0.25) - 1.0) <= 1e-13);  // h = (λ + σ²)/(σ_d² + σ²) at every σ
    CHECK(std::abs(at.cross_moment(0.25)) <= 1e-13);
}

TEST_CASE("T-1 shared: an average that does not exist is refused with the remedy") {
    const auto objective =
        model::Objective::create({.path = "flow", .target = "velocity", .weighting = "inverse-variance"});
    REQUIRE(objective);
    const auto terms = shared_terms(*objective);  // ∫ dt/(1 − t)²
    REQUIRE_FALSE(terms);
    CHECK(terms.error().kind == ErrorKind::usage);
    CHECK(terms.error().message.find("inverse-variance") != std::string::npos);
    CHECK(terms.error().message.find("weighting = \"uniform\"") != std::string::npos);
    auto problem = problem_of("one-layer", {1.0}, {0.1},
                              {.path = "flow", .target = "velocity", .weighting = "inverse-variance"}, 0.001, 0.999);
    problem.coupling = Coupling::shared;
    CHECK_FALSE(dynamics::make_variance_route("auto", {}, problem));
}

TEST_CASE("T-1 shared: training at a single noise level is an independent network there") {
    for (const char* architecture : {"one-layer", "symmetric-two-layer", "two-layer", "deep"}) {
        const double std = 1e-5;
        auto problem = problem_of(architecture, {0.7}, {0.2}, {.P_mean = -0.5, .P_std = std});
        const model::NoiseTerms at = problem.objective.at(NoiseLevel(std::exp(-0.5)));
        const auto independent = dynamics::make_trained_weights(problem);
        problem.coupling = Coupling::shared;
        const auto shared = dynamics::make_trained_weights(problem);
        REQUIRE(shared);
        const std::vector<double> tau = {0.0, 0.3, 3.0, 1e3};
        std::vector<double> alone(tau.size());
        std::vector<double> together(tau.size());
        (*independent)->weights(at, tau, {0, 1}, alone);
        (*shared)->weights(at, tau, {0, 1}, together);
        for (std::size_t i = 0; i < tau.size(); ++i) {
            // h̄/h − 1 ≤ 2 P_std², which a weight in training follows with at most its logarithm, 8ητm ≈ 17 at τ = 3.
            CHECK_MESSAGE(std::abs(together[i] - alone[i]) <= 100.0 * std * std, architecture << " tau " << tau[i]);
        }
    }
}

TEST_CASE("T-1 shared battery: one weight at all noise levels, whose deviations are from each level's optimum") {
    for (const std::string& architecture : model::architecture_names()) {
        for (const model::ObjectiveSpec& spec : tests::every_objective()) {
            auto problem = tests::battery_problem({.architecture = architecture, .init = {0.2}}, spec);
            problem.coupling = Coupling::shared;
            const auto trained = dynamics::make_trained_weights(problem);
            REQUIRE(trained);
            const std::vector<double> tau = {0.4};
            std::vector<double> first(12);
            std::vector<double> weight(12);
            std::vector<double> deviation(12);
            (*trained)->weights(problem.objective.at_coordinate(-2.0), tau, {0, 12}, first);
            for (const double x : {-2.0, 0.0, 2.0}) {
                const model::NoiseTerms at = problem.objective.at_coordinate(x);
                (*trained)->weights(at, tau, {0, 12}, weight);
                (*trained)->deviations(at, tau, {0, 12}, deviation);
                INFO(architecture << " " << tests::name_of(spec));
                CHECK(weight == first);
                for (std::size_t k = 0; k < 12; ++k) {
                    const double optimum = at.optimum(problem.network->lambda()[k]);
                    CHECK(std::abs(weight[k] - optimum - deviation[k]) <=
                          4e-16 * (std::abs(weight[k]) + std::abs(optimum)));
                }
            }
        }
    }
}

TEST_CASE("T-1 shared battery: untrained it generates what independent networks do, and it reaches its limit") {
    for (const std::string& architecture : model::architecture_names()) {
        for (const model::ObjectiveSpec& spec : tests::every_objective()) {
            auto problem = tests::battery_problem({.architecture = architecture, .init = {0.2}}, spec);
            const auto independent = tests::route_of("quadrature", problem)->variances(std::vector{0.0}, {0, 12});
            problem.coupling = Coupling::shared;
            const auto route = tests::route_of("auto", problem);
            const auto shared = route->variances(std::vector{0.0, 1e15}, {0, 12});
            const std::vector<double> limit = route->limit_variances();
            CHECK(shared.failures.empty());
            for (std::size_t k = 0; k < 12; ++k) {
                INFO(architecture << " " << tests::name_of(spec) << " mode " << k);
                CHECK(tests::relative_error(shared.variance[k], independent.variance[k]) <= 1e-12);
                CHECK(tests::relative_error(shared.variance[12 + k], limit[k]) <= 1e-6);
            }
        }
    }
}

TEST_CASE("T-1 shared: a weight's limit keeps its digits where a noise level's own optimum is much larger") {
    auto problem = problem_of("symmetric-two-layer", {1e-7, 1e-3, 2.0}, {0.1});
    problem.coupling = Coupling::shared;
    const auto trained = dynamics::make_trained_weights(problem);
    REQUIRE(trained);
    const auto average = dynamics::shared_terms(problem.objective);
    REQUIRE(average);
    for (const double sigma : {80.0, 1.0, 0.002}) {
        std::vector<double> limit(3);
        (*trained)->limit_weights(problem.objective.at(NoiseLevel(sigma)), {0, 3}, limit);
        for (std::size_t k = 0; k < 3; ++k) CHECK(limit[k] == average->optimum(problem.network->lambda()[k]));
    }
}

TEST_CASE("T-1 shared: the nested ODEs of independent networks are refused") {
    auto problem = problem_of("one-layer", {1.0}, {0.1});
    problem.coupling = Coupling::shared;
    const auto route = dynamics::make_variance_route("ode", {}, problem);
    REQUIRE_FALSE(route);
    CHECK(route.error().message.find("shared") != std::string::npos);
}

TEST_CASE("T-10 shared: the largest stable rate is that of the averaged curvature") {
    auto problem = problem_of("one-layer", {3.0, 0.5}, {0.1});
    problem.coupling = Coupling::shared;
    // E[λ + σ²] over the lognormal density; κ = 2 times that.
    const double curvature = 3.0 + std::exp(2.0 * (-1.2 + 1.2 * 1.2));
    CHECK(dynamics::largest_stable_rate(problem).value == doctest::Approx(1.0 / curvature).epsilon(1e-9));
}

TEST_CASE("T-10 T-15: under any sampler, descent of layers reaches the limit that is told of it, that of their flow") {
    for (const std::string& solver : dynamics::sampler_names()) {
        for (const char* architecture : {"symmetric-two-layer", "two-layer"}) {
            CAPTURE(solver);
            CAPTURE(architecture);
            auto problem = problem_of(architecture, {2.0, 0.5}, {0.1}, {}, 2.0, 0.5);
            const dynamics::SamplingSpec sampling = {.solver = solver, .steps = 6};
            const auto flow = tests::route_of("auto", problem, sampling)->limit_variances();
            problem.rule = dynamics::TrainingRule::gradient_descent;
            problem.learning_rate = LearningRate(0.01);
            const auto route = tests::route_of("auto", problem, sampling);
            CHECK(route->limit_variances() == flow);
            const auto late = route->variances(std::vector{50.0}, {0, 2});
            for (std::size_t k = 0; k < 2; ++k) CHECK(tests::relative_error(late.variance[k], flow[k]) <= 1e-12);
        }
    }
}

TEST_CASE("T-1 shared: an average that reaches beyond where the path is cut is refused") {
    for (const double wide : {4.2, 3.5}) {
        auto problem = problem_of("one-layer", {1.0}, {0.1}, {.P_std = wide});
        problem.coupling = Coupling::shared;
        CHECK_FALSE(dynamics::make_trained_weights(problem));  // E[σ²] is centred at ln σ = −1.2 + 2 P_std²
    }
    auto problem = problem_of("one-layer", {1.0}, {0.1}, {.P_std = 2.0});
    problem.coupling = Coupling::shared;
    CHECK(dynamics::make_trained_weights(problem));
}

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

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
LearningProblem descending(const std::string& architecture, std::vector<double> lambda, double init, double eta,
                           double noise = 1.0) {
    auto problem = problem_of(architecture, std::move(lambda), {init}, {}, noise, 0.01);
    problem.rule = TrainingRule::gradient_descent;
    problem.learning_rate = LearningRate(eta);
    return problem;
}

dynamics::Simulation simulated(const LearningProblem& problem, std::vector<double> tau) {
    const dynamics::SimulationRequest request{
        .problem = problem, .sampling = {}, .tau = std::move(tau), .noise_levels = {}, .weight_modes = {}};
    auto simulation = dynamics::simulate(request);
    REQUIRE_MESSAGE(simulation, simulation.error().message);
    return *std::move(simulation);
}

std::vector<double> trained(const LearningProblem& problem, double sigma, const std::vector<double>& tau) {
    const auto made = dynamics::make_trained_weights(problem);
    REQUIRE(made);
    std::vector<double> weight(tau.size());
    (*made)->weights(problem.objective.at(NoiseLevel(sigma)), tau, {0, 1}, weight);
    return weight;
}

}  // namespace

// The story: the variance at any τ was that of the nearest whole step, a staircase, on whose jumps a root finder
// converges: modes emerged at (n − 1/2) η, the first before any step was taken.
TEST_CASE("T-10 between two whole steps the logarithm of the variance is linear in tau") {
    for (const char* architecture : {"one-layer", "symmetric-two-layer"}) {
        const double eta = 0.05;
        const auto simulation = simulated(descending(architecture, {1.0, 0.1}, 0.2, eta), {0.0, eta, 10.0 * eta});
        const auto& evaluate = simulation.trajectories.evaluate;
        for (const double first : {0.0, 1.0, 7.0, 1000.0}) {
            // In no order, and some of them twice.
            const std::vector<double> tau = {eta * (first + 0.25), eta * (first + 1.0), eta * first,
                                             eta * (first + 0.75), eta * (first + 0.25)};
            std::vector<double> variance(tau.size());
            evaluate(1, tau, variance);
            const double low = std::log(variance[2]);
            const double high = std::log(variance[1]);
            // Logarithms of size 10 to an ulp, and τ/η to some of 1000.
            const double bound = 64.0 * eps * (10.0 + 1000.0 * std::abs(high - low));
            CHECK(std::abs(std::log(variance[0]) - (0.75 * low + 0.25 * high)) <= bound);
            CHECK(std::abs(std::log(variance[3]) - (0.25 * low + 0.75 * high)) <= bound);
            CHECK(variance[4] == variance[0]);
        }
        std::vector<double> whole(3);
        evaluate(0, std::vector<double>{0.0, eta, 10.0 * eta}, whole);
        for (std::size_t i = 0; i < 3; ++i) {
            CHECK(tests::relative_error(whole[i], simulation.trajectories.at(i, 0)) <= 4e-13);  // 1e-13 in ln λ̃, twice
        }
    }
}

// The story: descent ended when no bit moved any more, which a weight that hops between two neighbours never does.
TEST_CASE("T-10 cycles of rounding: a billion of billions of steps cost no more than the way to the cycle") {
    std::size_t cycles = 0;
    for (const char* architecture : {"symmetric-two-layer", "two-layer", "deep"}) {
        for (const double part : {0.1, 0.5, 0.9, 0.97, 1.02, 1.2}) {  // beyond 1 the steps themselves go round
            for (const double lambda : {0.3, 1.0, 1.7}) {
                auto problem = descending(architecture, {lambda}, 0.2, 1.0);
                const auto stiffness = problem.network->stiffness(problem.objective.at(NoiseLevel(0.5)));
                const double eta = part * 2.0 / stiffness.limit;
                problem.learning_rate = LearningRate(eta);
                // Literal steps tell the cycle that a later step must be in.
                std::vector<double> theta(problem.network->parameters());
                std::vector<double> slope(theta.size());
                problem.network->initial_parameters(0, theta);
                std::vector<double> literal;
                for (int n = 0; n <= 6000; ++n) {
                    literal.push_back(problem.network->weight_of(0, theta));
                    problem.network->descent(problem.objective.at(NoiseLevel(0.5)), 0, theta, slope);
                    for (std::size_t p = 0; p < theta.size(); ++p) theta[p] += eta * slope[p];
                }
                const std::vector<double> steps = {1, 5, 100, 101, 3000, 5999, 6000};
                std::vector<double> tau;
                for (const double n : steps) tau.push_back(n * eta);
                const std::vector<double> weight = trained(problem, 0.5, tau);
                INFO(architecture << " " << part << " lambda " << lambda);
                for (std::size_t i = 0; i < steps.size(); ++i) {
                    CHECK(weight[i] == literal[static_cast<std::size_t>(steps[i])]);
                }
                if (literal[6000] == literal[5999] || literal[6000] != literal[5998]) continue;
                ++cycles;
                const double late = 0x1p60;
                const std::vector<double> ends = trained(problem, 0.5, {late * eta});
                CHECK((ends[0] == literal[5999] || ends[0] == literal[6000]));
            }
        }
    }
    CHECK(cycles >= 5);
}

TEST_CASE("T-10 more steps than can be taken are refused with their number and the remedy") {
    for (const char* architecture : {"one-layer", "deep"}) {
        const auto problem = descending(architecture, {1.0}, 0.2, 0.01);
        for (const double last : {1e17, 1e300}) {
            const auto refused = dynamics::check_descent_steps(problem, TrainingTime(last));
            REQUIRE_FALSE(refused);
            CHECK(refused.error().kind == ErrorKind::usage);
            CHECK(refused.error().message.find(last == 1e300 ? "1e+302 steps" : "1e+19 steps") != std::string::npos);
            CHECK(refused.error().message.find("use training.last = ") != std::string::npos);
            const dynamics::SimulationRequest request{
                .problem = problem, .sampling = {}, .tau = {0.0, last}, .noise_levels = {}, .weight_modes = {}};
            CHECK_FALSE(dynamics::simulate(request));
        }
        CHECK(dynamics::check_descent_steps(problem, TrainingTime(9e4)));
        auto flow = problem;
        flow.rule = TrainingRule::gradient_flow;
        CHECK(dynamics::check_descent_steps(flow, TrainingTime(1e300)));
    }
}

TEST_CASE(
    "T-10 shared weights by steps are swept once for all noise levels, and any sets of times and modes get theirs") {
    auto problem = descending("symmetric-two-layer", {2.0, 1.0, 0.5}, 0.2, 0.01);
    problem.coupling = dynamics::Coupling::shared;
    const auto average = dynamics::shared_terms(problem.objective);
    REQUIRE(average);
    auto alone = problem;
    alone.coupling = dynamics::Coupling::independent;
    const auto shared = dynamics::make_trained_weights(problem);
    const auto independent = dynamics::make_trained_weights(alone);
    REQUIRE(shared);
    REQUIRE(independent);
    for (int round = 0; round < 3; ++round) {
        for (const double last : {0.5, 1.0, 2.0}) {
            for (const model::ModeRange modes :
                 {model::ModeRange{0, 3}, model::ModeRange{0, 1}, model::ModeRange{2, 1}}) {
                const std::array<double, 2> tau = {0.1, last};
                std::vector<double> expected(2 * modes.count);
                std::vector<double> weight(expected.size());
                (*independent)->weights(*average, tau, modes, expected);
                for (const double sigma : {0.1, 0.7}) {
                    (*shared)->weights(problem.objective.at(NoiseLevel(sigma)), tau, modes, weight);
                    CHECK(weight == expected);
                }
            }
        }
    }
}

TEST_CASE("T-10 unstable descent is named, and failed variances leave no estimate behind") {
    for (const char* architecture : {"one-layer", "symmetric-two-layer", "two-layer", "deep"}) {
        const auto limit = dynamics::largest_stable_rate(descending(architecture, {1.0, 0.5}, 0.2, 1.0));
        const double eta = 30.0 * limit.value;
        const auto simulation = simulated(descending(architecture, {1.0, 0.5}, 0.2, eta), {0.0, 50.0 * eta});
        REQUIRE_FALSE(simulation.failures.empty());
        for (const auto& failure : simulation.failures) {
            CHECK(failure.reason.find("unstable gradient descent") == 0);
            CHECK(failure.tau == 50.0 * eta);
        }
        CHECK(simulation.counts.worst_error <= dynamics::log_variance_promise);
    }
    // Too large for a double at τ = 0, with steps that are stable or none at all: another reason.
    auto overflow = problem_of("one-layer", {1.0}, {100.0}, {});
    for (const TrainingRule rule : {TrainingRule::gradient_flow, TrainingRule::gradient_descent}) {
        overflow.rule = rule;
        overflow.learning_rate = LearningRate(1e-4);
        const auto simulation = simulated(overflow, {0.0, 1.0});
        REQUIRE_FALSE(simulation.failures.empty());
        CHECK(simulation.failures.front().reason.find("unstable") == std::string::npos);
        CHECK(simulation.failures.front().tau == 0.0);
    }
}

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "counted_memory.hpp"
#include "dynamics/battery_networks.hpp"
#include "dynamics/battery_problem.hpp"
#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/dynamics/closed_forms.hpp"
#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/numerics/ein.hpp"
#include "eigenflow/numerics/exponential.hpp"
#include "eigenflow/numerics/ode.hpp"
#include "eigenflow/numerics/root.hpp"

// Hot loops ask for no memory: a block of modes costs what its arithmetic costs, and threads do not meet at the
// allocator's lock. Where a call has buffers of its own, they are as many for a thousand steps as for ten.

namespace eigenflow::tests {
namespace {

constexpr dynamics::NoiseRange range{.noise = 80.0, .data = 0.002};
constexpr double any_error = 1e300;  // a tolerance that no panel is bisected for

std::vector<double> log_spaced(double first, double last, std::size_t count) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(first * std::pow(last / first, static_cast<double>(i) / static_cast<double>(count - 1)));
    }
    return values;
}

}  // namespace

TEST_CASE("allocations are counted, those of operator new and of Eigen") {
    std::unique_ptr<int> kept;
    CHECK(allocations_of([&] { kept = std::make_unique<int>(7); }) == 1);
    Eigen::MatrixXd large;
    CHECK(allocations_of([&] { large = Eigen::MatrixXd::Ones(40, 40); }) == 1);
    CHECK(large.sum() + *kept == 1607.0);
    volatile double nothing = 1.0;
    CHECK(allocations_of([&] { nothing = nothing + 1.0; }) == 0);
}

TEST_CASE("T-12, T-13, T-14: closed forms over a grid allocate nothing") {
    const std::vector<double> lambda = log_spaced(1e-6, 1e3, 1000);
    const std::vector<double> init(lambda.size(), 0.2);
    const std::vector<double> tau = log_spaced(1e-3, 1e9, 30);
    std::vector<double> variance(lambda.size());
    CHECK(allocations_of([&] {
              for (const double t : tau) {
                  dynamics::one_layer_variances(lambda, init, t, range, variance);
                  dynamics::symmetric_two_layer_variances(lambda, init, t, range, variance);
                  for (std::size_t k = 0; k < lambda.size(); ++k) {
                      variance[k] = dynamics::one_layer_flow_log_variance(lambda[k], init[k], t);
                  }
              }
          }) == 0);
}

TEST_CASE("T-12: Ein, exponentials and logarithms of spans allocate nothing") {
    const std::vector<double> x = log_spaced(1e-12, 1e12, 10'000);
    const std::vector<double> y = log_spaced(1e-9, 1e15, x.size());
    std::vector<double> out(x.size());
    std::vector<double> done(x.size());
    CHECK(allocations_of([&] {
              numerics::ein(x, out);
              numerics::logarithms(out);
              for (double& v : out) v = -std::abs(v);
              numerics::relaxations(out, done);
              numerics::exponentials(out);
          }) == 0);
}

TEST_CASE("T-3 to T-8: weights of every architecture allocate nothing") {
    const std::vector<double> tau = {0.0, 1e-3, 1.0, 1e3};
    for (const model::NetworkSpec& spec : battery_networks()) {
        const dynamics::LearningProblem problem = battery_problem(spec);
        const model::Network& network = *problem.network;
        const model::ModeRange modes{0, network.modes()};
        std::vector<model::TrainingClock> clocks;
        for (const double t : tau) clocks.push_back(problem.clock(TrainingTime(t)));
        std::vector<double> weight(tau.size() * network.modes());
        std::vector<double> transient(tau.size() * network.transients());
        std::vector<double> theta(network.parameters());
        std::vector<double> slope(network.parameters());
        const std::size_t found = allocations_of([&] {
            for (double x = -6.0; x <= 4.0; x += 0.5) {
                const model::NoiseTerms at = problem.objective.at_coordinate(x);
                for (const model::TrainingClock& clock : clocks) {
                    network.weights(at, clock, modes, weight);
                    network.deviations(at, clock, modes, weight);
                }
                network.deviation_curves(at, clocks, modes, weight);
                network.limit_deviations(at, modes, weight);
                network.transient_curves(at, clocks, transient);
                network.initial_parameters(0, theta);
                network.descent(at, 0, theta, slope);
            }
        });
        CHECK_MESSAGE(found == 0, name_of(spec));
    }
}

TEST_CASE("T-11: panels of a quadrature allocate nothing, bisected or not") {
    const dynamics::LearningProblem problem = battery_problem({.architecture = "symmetric-two-layer", .init = {0.2}});
    const model::ModeRange modes{0, problem.network->modes()};
    const model::TrainingClock clock = problem.clock(TrainingTime(0.1));
    std::vector<double> integral(modes.count);
    std::vector<double> error(modes.count);
    const auto f = [&](const model::NoiseTerms& at, std::span<double> value) {
        problem.network->deviations(at, clock, modes, value);
    };
    const dynamics::FlowQuadrature::BlockFunction block = f;
    std::vector<std::size_t> found;
    std::vector<std::size_t> evaluations;
    for (const dynamics::FlowQuadrature::Options& options :
         {dynamics::FlowQuadrature::Options{.tolerance = any_error, .panel_width = 5.0},
          dynamics::FlowQuadrature::Options{.tolerance = any_error, .panel_width = 0.05},
          dynamics::FlowQuadrature::Options{.tolerance = 1e-13, .panel_width = 5.0}}) {
        const dynamics::FlowQuadrature quadrature(problem.objective, problem.noise, problem.data, options);
        evaluations.push_back(0);
        found.push_back(allocations_of([&] { evaluations.back() = quadrature.integrate(block, integral, error); }));
    }
    CHECK(evaluations[1] > 50 * evaluations[0]);
    CHECK(evaluations[2] > 2 * evaluations[0]);  // bisected
    CHECK(found[0] <= 9);                        // the buffers of one call
    CHECK(found[1] == found[0]);
    CHECK(found[2] == found[0]);
}

TEST_CASE("T-17: steps of a sampler allocate nothing") {
    const std::vector<double> tau = {0.0, 1.0, 1e3};
    for (const std::string& solver : dynamics::sampler_names()) {
        const dynamics::LearningProblem problem = battery_problem({.architecture = "two-layer", .init = {0.2}});
        std::array<std::size_t, 2> found{};
        for (const std::size_t i : {0, 1}) {
            const auto route = route_of("auto", problem, {.solver = solver, .steps = i == 0 ? 10 : 1000});
            found[i] = allocations_of([&] { route->variances(tau, {0, problem.network->modes()}); });
        }
        CHECK_MESSAGE(found[0] == found[1], solver);
        CHECK_MESSAGE(found[0] <= 8, solver);
    }
}

TEST_CASE("T-10: steps of layers by gradient descent allocate nothing") {
    dynamics::LearningProblem problem = battery_problem({.architecture = "deep", .init = {0.2}, .depth = 4});
    problem.rule = dynamics::TrainingRule::gradient_descent;
    problem.learning_rate = LearningRate(1e-6);
    const auto trained = dynamics::make_trained_weights(problem);
    REQUIRE(trained);
    const model::NoiseTerms at = problem.objective.at(problem.data);
    std::vector<double> weight(problem.network->modes());
    std::array<std::size_t, 2> found{};
    for (const std::size_t i : {0, 1}) {
        const std::vector<double> tau = {i == 0 ? 1e-5 : 1e-2};  // 10 steps and 10,000
        found[i] = allocations_of([&] { (*trained)->weights(at, tau, {0, weight.size()}, weight); });
    }
    CHECK(found[0] == 3 * weight.size());  // a mode's layers, their slopes and a state to come back to
    CHECK(found[1] == found[0]);
}

TEST_CASE("T-2: steps of an ODE allocate nothing") {
    const std::function<double(double, double)> scalar = [](double y, double) { return -y; };
    const numerics::OdeRightHandSide many = [](std::span<const double> y, std::span<double> slope, double t) {
        for (std::size_t i = 0; i < y.size(); ++i) slope[i] = std::cos(t) - static_cast<double>(i) * y[i];
    };
    std::array<std::size_t, 2> of_scalar{}, of_many{}, steps{};
    for (const std::size_t i : {0, 1}) {
        const double end = i == 0 ? 0.01 : 100.0;
        double y = 1.0;
        std::vector<double> state(20, 1.0);
        of_scalar[i] = allocations_of([&] { steps[i] = numerics::integrate(scalar, y, 0.0, end, {}).accepted; });
        of_many[i] = allocations_of([&] { steps[i] += numerics::integrate(many, state, 0.0, end, {}).accepted; });
    }
    CHECK(steps[1] > 50 * steps[0]);
    CHECK(of_scalar[1] == of_scalar[0]);
    CHECK(of_scalar[0] == 0);
    CHECK(of_many[1] == of_many[0]);
}

TEST_CASE("cells and rows of a CSV file allocate nothing once their text has room") {
    io::CsvRows rows(5);
    const auto fill = [&] {
        for (int i = 0; i < 1000; ++i) {
            rows.cell(i).cell(1.0 / (i + 3.0)).cell("ok").cell(std::nan("")).cell(true).end_row();
        }
    };
    fill();
    rows.clear();
    CHECK(allocations_of(fill) == 0);
    CHECK(rows.rows() == 1000);
}

TEST_CASE("T-21: the search for an emergence time allocates nothing, and a finer grid only where it is stored") {
    const std::function<double(double)> distance = [](double u) {
        return dynamics::one_layer_log_variance(0.3, 0.1, std::exp(u), range) - std::log(0.9);
    };
    CHECK(allocations_of([&] { (void)numerics::find_root(distance, std::log(1e-9), std::log(1e6)); }) == 0);

    std::array<std::size_t, 2> found{}, asked{};
    for (const std::size_t i : {0, 1}) {
        const double lambda = 0.3, init = 0.1;
        const auto variance = [&](double tau) {
            return std::exp(dynamics::one_layer_log_variance(lambda, init, tau, range));
        };
        Trajectories one;
        one.target = {lambda};
        one.tau = log_spaced(1e-6, 1e6, i == 0 ? 200 : 20'000);
        one.tau.front() = 0.0;
        for (const double tau : one.tau) one.variance.push_back(variance(tau));
        one.evaluate = [&](std::size_t, std::span<const double> tau, std::span<double> out) {
            asked[i] += tau.size();
            for (std::size_t j = 0; j < tau.size(); ++j) out[j] = variance(tau[j]);
        };
        found[i] = allocations_of([&] { (void)analysis::find_emergence(one, {}, Threads(1)); });
    }
    // Vectors that grow by doubling: four of 100 times the entries, seven doublings each.
    CHECK(found[1] <= found[0] + 4 * 7);
    CHECK(asked[0] > 20);
}

}  // namespace eigenflow::tests

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "battery_networks.hpp"
#include "battery_problem.hpp"
#include "dense_variances.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "every_objective.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using dynamics::LearningProblem;
using dynamics::VarianceBlock;
using dynamics::VarianceTable;
using tests::random_variances;
using tests::same_bytes;
using tests::with_variances;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();
// Of ln λ̃, of the larger of 1 and its size: two integrals that are sums over some 100 panels, ε/2 for each.
constexpr double rounding = 100.0 * eps;

VarianceTable table_of(const LearningProblem& problem, const std::vector<double>& tau, unsigned threads = 1) {
    const auto route = tests::route_of("quadrature", problem);
    return dynamics::variance_table(*problem.network, *route, tau, Threads(threads));
}

}  // namespace

TEST_CASE("T-11 interpolated variances: nothing, next to nothing, the largest numbers and duplicates") {
    constexpr double tiny = std::numeric_limits<double>::denorm_min();
    constexpr double huge = std::numeric_limits<double>::max();
    std::vector<double> lambda;
    for (int k = 0; k < 80; ++k) {
        const double part = k / 80.0;
        for (const double from : {0.0, tiny, std::numeric_limits<double>::min(), huge / 16.0, 1e-300, 1e300}) {
            lambda.push_back(from * (1.0 + 6.0 * part));
        }
        lambda.push_back(3.0);
        lambda.push_back(0x1p-300);  // 8^−100, where a panel begins
    }
    const auto problem = with_variances(tests::problem_of("one-layer", {1.0}, {0.1}, {.weighting = "edm"}), lambda);
    const std::vector<double> tau = {0.0, 1e-3, 1.0};
    const VarianceTable table = table_of(problem, tau);
    CHECK(table.interpolated > 200);
    const auto route = tests::route_of("quadrature", problem);
    const std::size_t modes = lambda.size();
    double first = 0.0;
    for (std::size_t k = 0; k < modes; ++k) {
        const VarianceBlock direct = route->variances(tau, {k, 1});
        for (std::size_t i = 0; i < tau.size(); ++i) {
            const double value = table.variance[i * modes + k];
            const double expected = direct.variance[i];
            INFO("lambda " << lambda[k] << " time " << i << ": " << value << " and " << expected);
            if (std::isnan(expected)) {
                CHECK(std::isnan(value));
            } else if (expected == 0.0 || std::isinf(expected)) {
                CHECK(value == expected);
            } else {
                // Logarithms to 745, whose rounding the exponentials show.
                const double bound = table.error[i * modes + k] + direct.error[i] + 8.0 * eps * 745.0;
                CHECK(std::abs(std::log(value / expected)) <= bound);
            }
        }
        if (lambda[k] != 3.0) continue;
        if (first == 0.0) first = table.variance[modes + k];
        CHECK(table.variance[modes + k] == first);
    }
}

// Every architecture that trains modes alone, with every objective: what is interpolated is what the route computes,
// within both estimates and what rounding does.
TEST_CASE("T-11 battery: interpolated variances are those of the route for every architecture and objective") {
    const std::vector<double> tau = {0.0, 0.03, 1.0, 50.0};
    std::size_t problems = 0, interpolated = 0;
    double worst = 0.0;
    std::vector<model::NetworkSpec> networks = tests::battery_networks();
    networks.push_back({.architecture = "one-layer", .init = {-0.3}});
    networks.push_back({.architecture = "two-layer", .init = {-0.3}, .imbalance = -0.5});
    networks.push_back({.architecture = "deep", .init = {0.01}, .depth = 6, .residual = true});
    for (const model::NetworkSpec& network : networks) {
        if (network.architecture == "patch-convolution") continue;  // its modes share parameters
        for (const model::ObjectiveSpec& spec : tests::every_objective()) {
            INFO(tests::name_of(network) << ", " << tests::name_of(spec));
            std::vector<double> lambda = random_variances(70, 0.016, 0.12, 5);
            const LearningProblem problem = with_variances(tests::battery_problem(network, spec), lambda);
            const VarianceTable table = table_of(problem, tau);
            ++problems;
            interpolated += table.interpolated / lambda.size();
            const auto route = tests::route_of("quadrature", problem);
            for (std::size_t k = 0; k < lambda.size(); k += 23) {
                const VarianceBlock direct = route->variances(tau, {k, 1});
                for (std::size_t i = 0; i < tau.size(); ++i) {
                    const double expected = direct.variance[i];
                    if (!std::isfinite(expected) || expected == 0.0) {  // noise prediction from Q = 10: e^±40000
                        const double value = table.variance[i * lambda.size() + k];
                        CHECK((value == expected || (std::isnan(value) && std::isnan(expected))));
                        continue;
                    }
                    const double log_variance = std::log(expected);
                    const double off = std::abs(std::log(table.variance[i * lambda.size() + k]) - log_variance);
                    const double scale = std::max(1.0, std::abs(log_variance));
                    const double estimate = table.error[i * lambda.size() + k];
                    CHECK(off <= estimate + direct.error[i] + rounding * scale);
                    CHECK(estimate <= dynamics::log_variance_promise * scale);
                    worst = tests::worse(worst, off / scale);
                }
            }
        }
    }
    MESSAGE(interpolated << " of " << problems << " problems interpolated, worst difference " << worst);
    CHECK(interpolated >= problems / 2);  // else nothing was tested
}

TEST_CASE("T-11 interpolated variances: the rest of a mode's problem may be anything that only its variance decides") {
    const std::vector<double> lambda = random_variances(80, 0.13, 0.9, 6);
    const std::vector<double> tau = {0.0, 0.02, 0.1};
    for (const bool shared : {false, true}) {
        for (const bool descent : {false, true}) {
            for (const std::string architecture : {"one-layer", "two-layer"}) {
                INFO(architecture << (shared ? " shared" : "") << (descent ? " by steps" : ""));
                auto problem =
                    with_variances(tests::problem_of(architecture, {1.0}, {0.2}, {.weighting = "lognormal"}), lambda);
                problem.coupling = shared ? dynamics::Coupling::shared : dynamics::Coupling::independent;
                problem.rule =
                    descent ? dynamics::TrainingRule::gradient_descent : dynamics::TrainingRule::gradient_flow;
                problem.learning_rate = LearningRate(1e-2);
                const VarianceTable table = table_of(problem, tau);
                const auto route = tests::route_of("quadrature", problem);
                for (std::size_t k = 0; k < lambda.size(); k += 19) {
                    const VarianceBlock direct = route->variances(tau, {k, 1});
                    for (std::size_t i = 0; i < tau.size(); ++i) {
                        const double log_variance = std::log(direct.variance[i]);
                        const double off = std::abs(std::log(table.variance[i * lambda.size() + k]) - log_variance);
                        CHECK(off <= table.error[i * lambda.size() + k] + direct.error[i] +
                                         rounding * std::max(1.0, std::abs(log_variance)));
                    }
                }
            }
        }
    }
}

TEST_CASE("T-11 interpolated variances: any number of threads computes the same bytes") {
    for (const std::string architecture : {"one-layer", "deep"}) {
        const auto problem = with_variances(tests::problem_of(architecture, {1.0}, {0.1}, {.weighting = "edm"}),
                                            random_variances(700, 1e-3, 50.0, 7));
        const std::vector<double> tau = {0.0, 0.01, 0.1, 1.0, 10.0};
        const VarianceTable one = table_of(problem, tau);
        CHECK(one.interpolated > 500);
        CHECK(one.interpolated < 700);
        for (const unsigned threads : {2U, 4U}) {
            const VarianceTable many = table_of(problem, tau, threads);
            CHECK(same_bytes(one.variance, many.variance));
            CHECK(same_bytes(one.error, many.error));
            CHECK(one.counts.evaluations == many.counts.evaluations);
            CHECK(one.counts.worst_error == many.counts.worst_error);
            CHECK(one.interpolated == many.interpolated);
        }
    }
}

TEST_CASE("T-11 interpolated variances: a permuted spectrum permutes them to the last bit, and others change nothing") {
    const std::vector<double> lambda = random_variances(300, 0.13, 0.99, 8);
    std::vector<std::size_t> order(lambda.size());
    std::iota(order.begin(), order.end(), 0);
    numerics::RandomStream random(9);
    for (std::size_t k = order.size() - 1; k > 0; --k) {
        std::swap(order[k], order[static_cast<std::size_t>(random.uniform() * static_cast<double>(k + 1))]);
    }
    std::vector<double> permuted;
    for (const std::size_t k : order) permuted.push_back(lambda[k]);
    for (int k = 0; k < 140; ++k) permuted.push_back(2.0 + 0.01 * k);  // a panel of their own
    permuted.push_back(1e-3);                                          // and one that is direct
    const std::vector<double> tau = {0.0, 0.1, 1.0};
    const auto given = tests::problem_of("deep", {1.0}, {0.1}, {.weighting = "edm"});
    const VarianceTable table = table_of(with_variances(given, lambda), tau);
    const VarianceTable other = table_of(with_variances(given, permuted), tau);
    REQUIRE(table.interpolated == 300);
    REQUIRE(other.interpolated == 440);
    for (std::size_t i = 0; i < tau.size(); ++i) {
        for (std::size_t k = 0; k < order.size(); ++k) {
            CHECK(other.variance[i * permuted.size() + k] == table.variance[i * lambda.size() + order[k]]);
            CHECK(other.error[i * permuted.size() + k] == table.error[i * lambda.size() + order[k]]);
        }
    }
}

TEST_CASE("T-11 interpolated variances: modes that start differently do not share a panel") {
    for (const model::NetworkSpec& spec :
         {model::NetworkSpec{.architecture = "one-layer"},
          model::NetworkSpec{.architecture = "two-layer", .imbalance = 0.3, .residual = true}}) {
        model::NetworkSpec mixed = spec;
        std::vector<double> lambda;
        mixed.init.clear();
        for (int k = 0; k < 240; ++k) {
            lambda.push_back(7.9 - 0.02 * k);
            mixed.init.push_back(k % 3 == 0 ? 0.1 : k % 3 == 1 ? 0.4 : 0.5 + 1e-3 * k);
        }
        auto problem = tests::problem_of("one-layer", lambda, {0.1}, {.weighting = "edm"});
        const auto spectrum = data::Spectrum::principal(lambda);
        REQUIRE(spectrum);
        auto network = model::make_network(mixed, *spectrum);
        REQUIRE(network);
        problem.network = std::move(*network);
        const std::vector<double> tau = {0.0, 0.05, 1.0};
        const VarianceTable table = table_of(problem, tau);
        CHECK(table.interpolated == 160);
        const auto route = tests::route_of("quadrature", problem);
        for (std::size_t k = 0; k < lambda.size(); k += 7) {
            const VarianceBlock direct = route->variances(tau, {k, 1});
            for (std::size_t i = 0; i < tau.size(); ++i) {
                CHECK(std::abs(std::log(table.variance[i * lambda.size() + k] / direct.variance[i])) <=
                      table.error[i * lambda.size() + k] + direct.error[i] + 10.0 * rounding);
            }
        }
    }
}

TEST_CASE(
    "T-11 interpolated variances: networks that share parameters and routes without a smooth variance stay direct") {
    const auto patch = tests::battery_problem({.architecture = "patch-convolution", .init = {0.2}});
    CHECK(patch.network->at_variances(std::vector<double>{1.0}, 0) == nullptr);
    const auto problem =
        with_variances(tests::problem_of("one-layer", {1.0}, {0.1}), random_variances(200, 1.0, 8.0, 10));
    const std::vector<double> tau = {0.0, 1.0};
    for (const std::string sampler : {"exact", "heun"}) {  // exact: a closed form
        const auto route = tests::route_of("auto", problem, {.solver = sampler});
        const VarianceTable table = dynamics::variance_table(*problem.network, *route, tau, Threads(1));
        CHECK(table.interpolated == 0);
        CHECK(table.error.empty());
        CHECK(table.variance == route->variances(tau, {0, 200}).variance);
    }
}

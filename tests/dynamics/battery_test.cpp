#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "battery_networks.hpp"
#include "battery_problem.hpp"
#include "every_objective.hpp"
#include "small_problem.hpp"

using namespace eigenflow;
using dynamics::LearningProblem;
using model::ModeRange;
using tests::battery_problem;
using tests::relative_error;
using tests::route_of;

namespace {

constexpr ModeRange all_modes{0, 12};

// The solvers of a learning problem: how weights are trained, and how samples are drawn.
struct Solver {
    std::string training;
    dynamics::SamplingSpec sampling;
    std::string name() const { return training + " " + sampling.solver; }
};
std::vector<Solver> discretised() {
    std::vector<Solver> solvers;
    for (const std::string& name : dynamics::sampler_names())
        solvers.push_back({"auto", {.solver = name, .steps = 40}});
    return solvers;
}

// Architectures × objectives; then other networks on a path with m of both signs, and other weightings, on a path each.
template <class Body>
void everywhere(const Body& body) {
    const auto visit = [&](const model::NetworkSpec& network, const model::ObjectiveSpec& spec) {
        INFO(tests::name_of(network) << ", " << tests::name_of(spec));
        body(battery_problem(network, spec));
    };
    for (const model::NetworkSpec& network : tests::battery_networks()) {
        for (const model::ObjectiveSpec& spec : tests::every_objective()) visit(network, spec);
        for (const std::string& weighting : model::weighting_names()) {
            if (weighting != "uniform") visit(network, {.weighting = weighting});
        }
        visit(network, {.preconditioning = "edm", .weighting = "edm"});
        visit(network, {.path = "flow", .target = "velocity", .weighting = "inverse-variance"});
    }
    for (const model::NetworkSpec& network : tests::battery_variants()) {
        visit(network, {});
        visit(network, {.path = "flow", .target = "velocity"});
    }
}

}  // namespace

TEST_CASE("T-11 battery: every architecture, path, target and solver gives variances") {
    everywhere([](const LearningProblem& problem) {
        const std::vector<double> tau = {0.0, 1e-3, 0.1, 3.0, 1e4};
        std::vector<Solver> solvers = discretised();
        solvers.push_back({"auto", {}});
        solvers.push_back({"auto", {.solver = "ode"}});
        for (const Solver& solver : solvers) {
            INFO(solver.name());
            // Three modes by ODE take as long as all by the others.
            const ModeRange modes = solver.sampling.solver == "ode" ? ModeRange{5, 3} : all_modes;
            const auto block = route_of(solver.training, problem, solver.sampling)->variances(tau, modes);
            CHECK(block.failures.empty());
            REQUIRE(block.variance.size() == tau.size() * modes.count);
            for (const double v : block.variance) {
                CHECK(std::isfinite(v));
                CHECK(v >= 0.0);
            }
        }
    });
}

TEST_CASE("T-11 battery: two nested ODEs agree with quadrature of closed-form weights") {
    everywhere([](const LearningProblem& problem) {
        const std::vector<double> tau = {0.0, 0.1, 3.0};
        const auto quadrature = route_of("quadrature", problem);
        const auto nested = route_of("ode", problem);
        const bool common = problem.objective.spec().weighting == "uniform" &&
                            std::abs(problem.network->initial_weights()[0] - 0.2) < 1e-12;
        for (const std::size_t mode : {std::size_t{7}, std::size_t{0}}) {
            if (mode == 0 && !common) continue;  // of the others one mode: a second is as much again
            const auto expected = quadrature->variances(tau, {mode, 1});
            const auto block = nested->variances(tau, {mode, 1});
            CHECK(block.failures.empty());
            for (std::size_t i = 0; i < tau.size(); ++i) {
                INFO("mode " << mode << " tau " << tau[i]);
                CHECK(relative_error(block.variance[i], expected.variance[i]) <= 1e-7);  // the ODE route's promise
            }
        }
    });
}

TEST_CASE("T-11 battery: untrained, all architectures generate the same") {
    std::map<std::string, std::vector<double>> first;
    everywhere([&](const LearningProblem& problem) {
        std::vector<Solver> solvers = discretised();
        solvers.push_back({"auto", {}});
        for (const Solver& solver : solvers) {
            const auto block =
                route_of(solver.training, problem, solver.sampling)->variances(std::vector<double>{0.0}, all_modes);
            // Of the same initial weight: residual layers and odd variants start elsewhere.
            const double init = problem.network->initial_weights()[0];
            if (std::abs(init - 0.2) > 1e-12) continue;
            const auto [known, fresh] =
                first.emplace(tests::name_of(problem.objective.spec()) + solver.name(), block.variance);
            if (fresh) continue;
            for (std::size_t k = 0; k < all_modes.count; ++k) {
                INFO(solver.name() << " mode " << k);
                // Q to 16 ε, times the length of the path in ln(s/a), at most 80, and quadrature's 1e-13 twice.
                CHECK(relative_error(block.variance[k], known->second[k]) <= 1e-12);
            }
        }
    });
}

TEST_CASE("T-11 battery: little training changes little") {
    everywhere([](const LearningProblem& problem) {
        // Rates are at most 2ω h g N < 1e7 on every path: 1e-28 of τ moves a weight by 1e-21, or, with ω = 1/s², which
        // has no end towards pure data, those within s = 1e-14 √(2h g N) of it alone, for which sampling has as little
        // time left.
        const auto block = route_of("auto", problem)->variances(std::vector<double>{0.0, 1e-28}, all_modes);
        for (std::size_t k = 0; k < all_modes.count; ++k) {
            CHECK(relative_error(block.variance[12 + k], block.variance[k]) <= 1e-11);
        }
    });
}

TEST_CASE("T-15 battery: trained for ever, every solver generates its limit") {
    everywhere([](const LearningProblem& problem) {
        std::vector<Solver> solvers = discretised();
        solvers.push_back({"auto", {}});
        solvers.push_back({"quadrature", {}});
        for (const Solver& solver : solvers) {
            const auto route = route_of(solver.training, problem, solver.sampling);
            const std::vector<double> limit = route->limit_variances();
            const auto block = route->variances(std::vector<double>{1e15}, all_modes);
            REQUIRE(limit.size() == all_modes.count);
            for (std::size_t k = 0; k < all_modes.count; ++k) {
                INFO(solver.name() << " mode " << k);
                // Tied weights near the noise level where m = 0 reach their limit like 1/τ only; layers like τ^(−1/3)
                // within a range of noise levels of that size.
                CHECK(relative_error(block.variance[k], limit[k]) <= 1e-6);
            }
        }
    });
}

TEST_CASE("T-15 battery: what learns its optimum generates the optimum's variance, whatever the architecture") {
    everywhere([](const LearningProblem& problem) {
        if (problem.objective.spec().target == "velocity" || problem.objective.spec().target == "v") return;
        if (problem.objective.spec().preconditioning != "none") return;  // m > 0 everywhere without it
        if (!problem.network->trains_modes_alone()) return;              // a kernel can't learn every optimum
        if (problem.network->gain(0, 0.0) == 0.0 && problem.network->initial_weights()[0] < 0.0) return;  // ends at 0
        const std::vector<double> limit = dynamics::exact_limit_variances(problem);
        for (std::size_t k = 0; k < all_modes.count; ++k) {
            const double log_optimum =
                problem.objective.log_optimal_variance(problem.network->lambda()[k], problem.noise, problem.data);
            CHECK(relative_error(limit[k], std::exp(log_optimum)) <= 1e-13);
        }
    });
}

TEST_CASE(
    "T-11 battery: a mode's variance does not depend on the block that it is computed in, to quadrature's 1e-13") {
    everywhere([](const LearningProblem& problem) {
        const std::vector<double> tau = {0.3, 20.0};
        const auto route = route_of("auto", problem);
        const auto whole = route->variances(tau, all_modes);
        for (const ModeRange part : {ModeRange{0, 1}, ModeRange{4, 3}, ModeRange{11, 1}}) {
            const auto block = route->variances(tau, part);
            for (std::size_t i = 0; i < tau.size(); ++i) {
                for (std::size_t k = 0; k < part.count; ++k) {
                    CHECK(relative_error(block.variance[i * part.count + k],
                                         whole.variance[i * all_modes.count + part.first + k]) <= 4e-13);
                }
            }
        }
    });
}

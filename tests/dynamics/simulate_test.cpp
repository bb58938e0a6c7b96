#include "eigenflow/dynamics/simulate.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "battery_problem.hpp"
#include "small_problem.hpp"

using namespace eigenflow;
using dynamics::Simulation;
using dynamics::SimulationRequest;
using tests::problem_of;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

SimulationRequest request_of(dynamics::LearningProblem problem, std::vector<double> tau) {
    return {
        .problem = std::move(problem), .sampling = {}, .tau = std::move(tau), .noise_levels = {}, .weight_modes = {}};
}

Simulation simulated(const SimulationRequest& request) {
    auto simulation = dynamics::simulate(request);
    REQUIRE_MESSAGE(simulation, simulation.error().message);
    return *std::move(simulation);
}

bool same_bytes(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

std::vector<double> numbers_of(const Simulation& s) {
    std::vector<double> all;
    for (std::size_t row = 0; row < s.weights.size(); ++row) {
        const dynamics::WeightRecord w = s.weights[row];
        all.insert(all.end(), {w.tau, w.noise_level, static_cast<double>(w.mode), w.weight, w.optimal_weight});
    }
    for (const auto& f : s.failures) all.insert(all.end(), {static_cast<double>(f.mode), f.tau});
    all.insert(all.end(),
               {static_cast<double>(s.counts.evaluations), static_cast<double>(s.counts.steps), s.counts.worst_error});
    return all;
}

}  // namespace

TEST_CASE("simulate: trajectories hold times, targets, limits and variances, and evaluate repeats them") {
    auto request = request_of(problem_of("one-layer", {2.0, 0.5, 1e-4}, {0.1}), {0.0, 0.1, 10.0});
    const Simulation s = simulated(request);
    CHECK(s.solver == "closed-form");
    CHECK(s.trajectories.tau == request.tau);
    CHECK(s.trajectories.target == std::vector<double>{2.0, 0.5, 1e-4});
    REQUIRE(s.trajectories.variance.size() == 9);
    CHECK(s.failures.empty());
    for (std::size_t k = 0; k < 3; ++k) {
        const double lambda = s.trajectories.target[k];
        CHECK(tests::relative_error(s.trajectories.limit[k], 6400.0 * (lambda + 4e-6) / (lambda + 6400.0)) <= 1e-14);
        std::vector<double> again(3);
        s.trajectories.evaluate(k, std::vector<double>{10.0, 0.0, 0.1}, again);  // in any order
        CHECK(again == std::vector<double>{s.trajectories.at(2, k), s.trajectories.at(0, k), s.trajectories.at(1, k)});
    }
}

TEST_CASE("simulate: weight records run over times, then noise levels, then modes") {
    auto request = request_of(problem_of("symmetric-two-layer", {2.0, 0.5, 1e-4}, {0.1}), {0.0, 0.1, 10.0});
    request.noise_levels = {0.1, 3.0};
    request.weight_modes = {0, 2};
    for (const char* solver : {"auto", "ode"}) {
        request.training_solver = solver;
        const Simulation s = simulated(request);
        REQUIRE(s.weights.size() == 12);
        std::size_t record = 0;
        for (const double tau : request.tau) {
            for (const double sigma : request.noise_levels) {
                for (const std::size_t mode : request.weight_modes) {
                    const dynamics::WeightRecord w = s.weights[record++];
                    CHECK(w.tau == tau);
                    CHECK(w.noise_level == sigma);
                    CHECK(w.mode == mode);
                    const model::NoiseTerms at = request.problem.objective.at(NoiseLevel(sigma));
                    double expected = 0.0;
                    request.problem.network->weights(at, model::TrainingClock::flow(tau), {mode, 1},
                                                     std::span(&expected, 1));
                    CHECK(w.optimal_weight == at.optimum(request.problem.network->lambda()[mode]));
                    const double bound = std::string(solver) == "ode" ? 1e-8 : 0.0;
                    CHECK(std::abs(w.weight - expected) <= bound * std::max(expected, w.optimal_weight));
                }
            }
        }
    }
}

TEST_CASE("simulate: weights of neighbouring modes, which are trained together, are those of each alone") {
    auto request = request_of(problem_of("deep", {2.0, 0.5, 0.1, 1e-4}, {0.1}), {0.0, 0.1, 10.0});
    request.noise_levels = {0.1, 3.0};
    request.weight_modes = {0, 1, 3};
    const Simulation together = simulated(request);
    for (std::size_t j = 0; j < 3; ++j) {
        auto one = request;
        one.weight_modes = {request.weight_modes[j]};
        const Simulation alone = simulated(one);
        for (std::size_t row = 0; row < alone.weights.size(); ++row) {
            CHECK(together.weights[3 * row + j].weight == alone.weights[row].weight);
            CHECK(together.weights[3 * row + j].mode == alone.weights[row].mode);
            CHECK(together.weights[3 * row + j].optimal_weight == alone.weights[row].optimal_weight);
        }
    }
}

TEST_CASE("simulate: any number of threads writes the same bytes") {
    for (const std::string& architecture : model::architecture_names()) {
        for (const char* path : {"ve", "flow"}) {
            for (const char* sampler : {"exact", "heun"}) {
                const std::string target = std::string(path) == "flow" ? "velocity" : "denoise";
                auto request =
                    request_of(tests::battery_problem({.architecture = architecture}, {.path = path, .target = target}),
                               dynamics::log_spaced_times(1e-3, 1e4, 9));
                request.sampling.solver = sampler;
                request.noise_levels = {0.2, 0.8};
                request.weight_modes = {0, 1, 5, 11};
                const Simulation one = simulated(request);
                for (const unsigned threads : {2U, 3U}) {
                    request.threads = Threads(threads);
                    const Simulation many = simulated(request);
                    INFO(architecture << " " << path << " " << sampler << " " << threads << " threads");
                    CHECK(same_bytes(many.trajectories.variance, one.trajectories.variance));
                    CHECK(same_bytes(many.trajectories.limit, one.trajectories.limit));
                    CHECK(same_bytes(many.exact_variance, one.exact_variance));
                    CHECK(same_bytes(many.loss, one.loss));
                    CHECK(same_bytes(numbers_of(many), numbers_of(one)));
                }
            }
        }
    }
}

TEST_CASE("simulate: progress counts every mode once") {
    auto request = request_of(tests::battery_problem({.architecture = "one-layer"}), {0.0, 1.0});
    std::atomic<std::size_t> done{0};
    std::atomic<bool> right_total{true};
    request.progress = [&](std::size_t modes, std::size_t total) {
        done += modes;
        if (total != 12) right_total = false;
    };
    request.threads = Threads(3);
    (void)simulated(request);
    CHECK(done == 12);
    CHECK(right_total);
}

TEST_CASE("simulate: a discretised sampler comes with what exact sampling generates from the same weights") {
    auto request = request_of(problem_of("one-layer", {2.0, 0.5}, {0.1}), {0.0, 1.0});
    const Simulation exact = simulated(request);
    CHECK(exact.exact_variance.empty());
    request.sampling = {.solver = "heun", .steps = 20};
    const Simulation heun = simulated(request);
    CHECK(same_bytes(heun.exact_variance, exact.trajectories.variance));
    CHECK_FALSE(same_bytes(heun.trajectories.variance, exact.trajectories.variance));
}

TEST_CASE("simulate: what the route refuses, the simulation refuses") {
    auto request = request_of(problem_of("one-layer", {1.0}, {0.1}, {.target = "noise"}), {0.0, 1.0});
    request.training_solver = "closed-form";
    const auto refused = dynamics::simulate(request);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::usage);
}

TEST_CASE("log-spaced times: zero, exact ends, strictly rising, equal ratios") {
    for (const int points : {2, 3, 200, 1001}) {
        for (const auto& [first, last] : {std::pair(1e-3, 1e5), std::pair(0.1, 0.3), std::pair(1e-12, 1e12)}) {
            const std::vector<double> tau = dynamics::log_spaced_times(first, last, points);
            REQUIRE(tau.size() == static_cast<std::size_t>(points) + 1);
            CHECK(tau[0] == 0.0);
            CHECK(tau[1] == first);
            CHECK(tau.back() == last);
            const double ratio = std::pow(last / first, 1.0 / (points - 1));
            // An exponential of up to ln 1e24 = 55 at either side.
            const double bound = 4.0 * 56.0 * eps;
            for (std::size_t i = 2; i < tau.size(); ++i) {
                CHECK(tau[i] > tau[i - 1]);
                CHECK(std::abs(tau[i] / tau[i - 1] / ratio - 1.0) <= bound);
            }
        }
    }
}

TEST_CASE("log-spaced times rise over more decades than a ratio of doubles holds") {
    const double first = 1e-300, last = 1e300;
    const std::vector<double> tau = dynamics::log_spaced_times(first, last, 7);  // last/first is infinite
    REQUIRE(tau.size() == 8);
    for (int i = 0; i < 7; ++i) {
        // An exponential of up to ln 1e300 = 691, whose logarithms round by as many eps.
        CHECK(std::abs(tau[static_cast<std::size_t>(i) + 1] / std::pow(10.0, 100.0 * (i - 3)) - 1.0) <=
              4.0 * 691.0 * eps);
    }
}

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "eigenflow/model/registry.hpp"
#include "eigenflow/numerics/random.hpp"
#include "reference_table.hpp"
#include "small_problem.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using dynamics::LearningProblem;
using dynamics::SamplingSpec;
using tests::problem_of;
using tests::relative_error;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

double sampled(const LearningProblem& problem, const SamplingSpec& spec, double tau) {
    const auto route = dynamics::make_variance_route("auto", spec, problem);
    REQUIRE_MESSAGE(route, route.error().message);
    return (*route)->variances(std::vector<double>{tau}, {0, 1}).variance.front();
}

double exactly(const LearningProblem& problem, double tau) { return tests::variance_by("quadrature", problem, tau); }

// T-17, written out again.
std::vector<double> noise_levels(int steps, double noise, double data, double rho) {
    std::vector<double> sigma;
    for (int i = 0; i < steps; ++i) {
        const double top = std::pow(noise, 1.0 / rho);
        const double bottom = std::pow(data, 1.0 / rho);
        sigma.push_back(std::pow(top + static_cast<double>(i) / (steps - 1) * (bottom - top), rho));
    }
    return sigma;
}

double one_layer_weight(double lambda, double init, double sigma, double tau) {
    const double h = lambda + sigma * sigma;
    return lambda / h + (init - lambda / h) * std::exp(-2.0 * h * tau);
}

}  // namespace

TEST_CASE("T-17 golden: every row of samplers.csv") {
    double worst = 0.0;
    std::size_t rows = 0;
    for (const auto& row : tests::reference_table("samplers.csv")) {
        const auto problem = problem_of("one-layer", {row.number("lambda")}, {row.number("init")});
        const int steps = static_cast<int>(row.number("steps"));
        for (const std::string solver : {"heun", "euler"}) {
            const double value = sampled(problem, {.solver = solver, .steps = steps}, row.number("tau"));
            const double error = relative_error(value, row.number("variance_" + solver));
            INFO(solver << " steps " << steps << " lambda " << row.text("lambda") << " tau " << row.text("tau"));
            CHECK(error <= 1e-12);
            worst = tests::worse(worst, error);
        }
        ++rows;
    }
    MESSAGE("worst " << worst << " in " << rows << " rows");
    CHECK(rows == 90);
}

TEST_CASE("T-17 the bias that real experiments contain: Heun in 20 steps, converged, 1.21 times at 1e-3") {
    const auto problem = problem_of("one-layer", {1e-3}, {0.1});
    CHECK(sampled(problem, {.solver = "heun", .steps = 20}, 1e9) / 1e-3 == doctest::Approx(1.21).epsilon(0.005));
}

TEST_CASE("T-17 order: Euler and ddim converge in first, Heun in second order, on every path") {
    struct Case {
        const char* path;
        const char* target;
        double noise, data;
    };
    const std::map<std::string, double> order = {{"euler", 1.0}, {"ddim", 1.0}, {"heun", 2.0}};
    for (const Case& c : {Case{"ve", "denoise", 80.0, 0.002}, Case{"flow", "velocity", 0.0, 1.0},
                          Case{"vp-cosine", "v", 0.99, 0.01}, Case{"vp-linear", "v", 1.0, 0.05}}) {
        const auto problem =
            problem_of("one-layer", {0.6}, {0.1}, {.path = c.path, .target = c.target}, c.noise, c.data);
        const double exact = exactly(problem, 0.4);
        for (const auto& named : order) {
            const std::string& solver = named.first;
            std::vector<double> error;
            for (const int steps : {800, 1600, 3200}) {
                // On ve N levels are N − 1 steps.
                const int given = std::string(c.path) == "ve" ? steps + 1 : steps;
                error.push_back(std::abs(std::log(sampled(problem, {.solver = solver, .steps = given}, 0.4) / exact)));
            }
            INFO(c.path << " " << solver << " errors " << error[0] << " " << error[1] << " " << error[2]);
            CHECK(std::log2(error[0] / error[1]) == doctest::Approx(named.second).epsilon(0.05));
            CHECK(std::log2(error[1] / error[2]) == doctest::Approx(named.second).epsilon(0.03));
        }
    }
}

TEST_CASE("T-17 ddim on ve is Euler in sigma") {
    for (const double lambda : {1e-6, 0.3, 50.0}) {
        for (const double tau : {0.0, 1.0, 1e6}) {
            const auto problem = problem_of("one-layer", {lambda}, {0.2});
            const double euler = sampled(problem, {.solver = "euler", .steps = 30}, tau);
            // 29 factors of four roundings each, squared.
            CHECK(relative_error(sampled(problem, {.solver = "ddim", .steps = 30}, tau), euler) <= 29 * 2 * 8 * eps);
        }
    }
}

TEST_CASE("T-17 ddim is exact where the noise is all that x holds, or the data") {
    // λ = 0, optimal: ẑ = x/s never changes, and x shrinks as s.  λ → ∞: x̂0 = x/a never changes.
    for (const char* path : {"ve", "vp-cosine", "vp-linear"}) {
        const model::PathDefaults ends = model::path_defaults(path);
        const bool ve = std::string(path) == "ve";
        const double noise = ve ? ends.noise : 0.9;
        for (const double lambda : {0.0, 1e40}) {
            const auto problem = problem_of("one-layer", {lambda}, {0.0}, {.path = path}, noise, ends.data);
            // Rates of training are 2 h; the data's is large enough at any τ > 0, and Q = 0 is optimal without data.
            const double tau = lambda == 0.0 ? 0.0 : 1.0;
            const double expected =
                std::exp(problem.objective.log_optimal_variance(lambda, problem.noise, problem.data));
            const double value = sampled(problem, {.solver = "ddim", .steps = 7}, tau);
            CHECK_MESSAGE(relative_error(value, expected) <= 7 * 2 * 16 * eps, path << " lambda " << lambda);
            if (ve) continue;
            const double euler = sampled(problem, {.solver = "euler", .steps = 7}, tau);
            CHECK_MESSAGE(relative_error(euler, expected) > 0.01, path << ": Euler in t is not");
        }
    }
}

TEST_CASE("T-17 schedule: two steps are both ends, and the levels between are Karras's") {
    const double lambda = 0.5;
    const auto problem = problem_of("one-layer", {lambda}, {0.3});
    for (const double rho : {1.0, 3.0, 7.0}) {
        for (const int steps : {2, 3, 9}) {
            const std::vector<double> sigma = noise_levels(steps, 80.0, 0.002, rho);
            double x = 80.0;
            for (std::size_t i = 0; i + 1 < sigma.size(); ++i) {
                const double w = one_layer_weight(lambda, 0.3, sigma[i], 0.1);
                x *= 1.0 + (sigma[i + 1] - sigma[i]) * (1.0 - w) / sigma[i];
            }
            // σ^(1/ρ) loses ρ ε in the power, most of it in the last factor, where 1 − (σ − σ')/σ cancels to σ'/σ.
            const double bound = 8.0 * rho * eps * 80.0 / 0.002;
            CHECK_MESSAGE(
                relative_error(sampled(problem, {.solver = "euler", .steps = steps, .rho = rho}, 0.1), x * x) <= bound,
                "rho " << rho << " steps " << steps);
        }
    }
}

TEST_CASE("T-17 to_zero is one more Euler step, onto the denoised sample") {
    for (const std::string solver : {"euler", "heun", "ddim"}) {
        for (const double tau : {0.0, 0.5, 1e3}) {
            const auto problem = problem_of("one-layer", {0.01}, {0.3});
            const double w = one_layer_weight(0.01, 0.3, 0.002, tau);
            const double without = sampled(problem, {.solver = solver, .steps = 18}, tau);
            const double with = sampled(problem, {.solver = solver, .steps = 18, .to_zero = true}, tau);
            CHECK(relative_error(with, without * w * w) <= 16 * eps);
        }
    }
}

TEST_CASE("T-17 to_zero away from ve, and unknown samplers, are refused") {
    const auto flow = problem_of("one-layer", {1.0}, {0.1}, {.path = "flow", .target = "velocity"}, 0.0, 1.0);
    const auto to_zero = dynamics::make_variance_route("auto", {.solver = "heun", .to_zero = true}, flow);
    REQUIRE_FALSE(to_zero);
    CHECK(to_zero.error().message.find("\"ve\"") != std::string::npos);
    const auto unknown = dynamics::make_variance_route("auto", {.solver = "dpm"}, flow);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().message.find("\"dpm\"") != std::string::npos);
}

TEST_CASE("T-17 Monte Carlo: samples pushed through Euler's steps have the predicted variance") {
    constexpr int samples = 20'000;
    constexpr int steps = 18;
    numerics::RandomStream random(2024);
    const std::vector<double> sigma = noise_levels(steps, 80.0, 0.002, 7.0);
    for (const double lambda : {0.01, 1.0, 30.0}) {
        for (const double tau : {0.0, 0.2, 5.0}) {
            double square = 0.0;
            for (int n = 0; n < samples; ++n) {
                double x = 80.0 * random.normal();
                for (std::size_t i = 0; i + 1 < steps; ++i) {
                    const double denoised = one_layer_weight(lambda, 0.4, sigma[i], tau) * x;
                    x += (sigma[i + 1] - sigma[i]) * (x - denoised) / sigma[i];
                }
                square += x * x / samples;
            }
            const double predicted =
                sampled(problem_of("one-layer", {lambda}, {0.4}), {.solver = "euler", .steps = steps}, tau);
            // Four standard errors of a Gaussian's variance.
            CHECK_MESSAGE(std::abs(square / predicted - 1.0) <= 4.0 * std::sqrt(2.0 / samples),
                          "lambda " << lambda << " tau " << tau);
        }
    }
}

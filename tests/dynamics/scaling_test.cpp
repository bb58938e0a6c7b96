#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "battery_networks.hpp"
#include "battery_problem.hpp"
#include "every_objective.hpp"
#include "matrix_case.hpp"

using namespace eigenflow;
using dynamics::LearningProblem;
using tests::route_of;

namespace {

constexpr double c = 7.0;
constexpr model::ModeRange all_modes{0, 12};

// On ve σ is a length, and data c times as wide are learned like the given ones, at `faster` times the rate 2ω h: h
// scales by c, and ω as it must. (Noise prediction is left out: there w* itself has a scale.)
struct Scaled {
    model::ObjectiveSpec spec;
    double faster;
};
const std::vector<Scaled> objectives = {
    {{}, c},
    {{.weighting = "inverse-variance"}, 1.0},
    {{.weighting = "edm"}, 1.0},                 // (σ² + σ_d²)/(σσ_d)²
    {{.weighting = "lognormal"}, std::sqrt(c)},  // a density of σ
    {{.weighting = "edm-lognormal"}, 1.0 / std::sqrt(c)},
    {{.preconditioning = "edm"}, c},  // ω c_out² h: c_out² by c, c_in² (λ + σ²) not at all
    {{.preconditioning = "edm", .weighting = "edm"}, 1.0},
};

LearningProblem problem_at(const model::NetworkSpec& network, model::ObjectiveSpec spec, double scale) {
    spec.sigma_data *= std::sqrt(scale);
    spec.P_mean += 0.5 * std::log(scale);
    auto problem = tests::battery_problem(network, spec, 10.0 * scale);
    problem.noise = NoiseLevel(problem.noise.value * std::sqrt(scale));
    problem.data = NoiseLevel(problem.data.value * std::sqrt(scale));
    return problem;
}

std::vector<model::NetworkSpec> networks() {
    std::vector<model::NetworkSpec> all = tests::battery_networks();
    for (const model::NetworkSpec& variant : tests::battery_variants()) all.push_back(variant);
    return all;  // weights have no scale on ve, and so neither have layers and their imbalance
}

void check_scaling(const LearningProblem& given, const LearningProblem& scaled, double faster,
                   const dynamics::SamplingSpec& sampling, const std::vector<double>& tau, double bound) {
    std::vector<double> shorter = tau;
    for (double& t : shorter) t /= faster;
    const auto expected = route_of("auto", given, sampling)->variances(tau, all_modes);
    const auto variance = route_of("auto", scaled, sampling)->variances(shorter, all_modes);
    for (std::size_t i = 0; i < variance.variance.size(); ++i) {
        const double off = variance.variance[i] / (c * expected.variance[i]) - 1.0;
        CHECK_MESSAGE(std::abs(off) <= bound, "entry " << i << " of sampler " << sampling.solver);
    }
    const auto limits = route_of("auto", given, sampling)->limit_variances();
    const auto scaled_limits = route_of("auto", scaled, sampling)->limit_variances();
    for (std::size_t k = 0; k < limits.size(); ++k) {
        CHECK(std::abs(scaled_limits[k] / (c * limits[k]) - 1.0) <= bound);
    }
}

}  // namespace

TEST_CASE("T-16 battery: lambda by c, sigma by its root and tau by 1/c give c times the variance, in every network") {
    for (const model::NetworkSpec& network : networks()) {
        for (const Scaled& objective : objectives) {
            INFO(tests::name_of(network) << ", " << tests::name_of(objective.spec));
            const LearningProblem given = problem_at(network, objective.spec, 1.0);
            const LearningProblem scaled = problem_at(network, objective.spec, c);
            const std::vector<double> tau = {0.0, 0.02, 1.5, 1e4};
            // Two quadratures of 1e-13 in ln λ̃, and √c rounded: ε times what 40 000 times the noise level does.
            check_scaling(given, scaled, objective.faster, {}, tau, 1e-12);
            for (const std::string& solver : dynamics::sampler_names()) {
                // A factor is good to 64 ε ρ of its terms, and one of 18 may cancel to a thousandth of them.
                check_scaling(given, scaled, objective.faster, {.solver = solver}, tau, 1e-10);
            }
        }
    }
}

TEST_CASE("T-16 battery: learning rate and time enter as their product, on every path") {
    for (const model::NetworkSpec& network : networks()) {
        for (const model::ObjectiveSpec& spec :
             {model::ObjectiveSpec{}, model::ObjectiveSpec{.path = "flow", .target = "velocity"}}) {
            INFO(tests::name_of(network) << ", " << tests::name_of(spec));
            const LearningProblem slow = tests::battery_problem(network, spec);
            LearningProblem fast = slow;
            fast.learning_rate = LearningRate(8.0);  // a power of 2: to the last bit
            const auto expected = route_of("auto", slow)->variances(std::vector<double>{0.08, 80.0}, all_modes);
            const auto variance = route_of("auto", fast)->variances(std::vector<double>{0.01, 10.0}, all_modes);
            CHECK(variance.variance == expected.variance);
        }
    }
}

TEST_CASE("T-16 coupled modes: learning rate and time enter as their product") {
    for (const std::string_view architecture : dynamics::matrix_architectures()) {
        INFO(architecture);
        const auto layers = dynamics::random_layers(architecture, 3, 0, 0.5, 11);
        REQUIRE(layers);
        dynamics::MatrixRequest slow{.problem = {.lambda = {2.0, 0.5, 0.1},
                                                 .mean = {0.3, -0.2, 0.1},
                                                 .layers = *layers,
                                                 .objective = tests::objective_of(),
                                                 .noise = NoiseLevel(10.0),
                                                 .data = NoiseLevel(0.05)},
                                     .sampling = {.solver = "heun", .steps = 6},
                                     .tau = {0.0, 0.08, 8.0},
                                     .noise_levels = {},
                                     .weight_modes = {}};
        dynamics::MatrixRequest fast = slow;
        fast.problem.learning_rate = LearningRate(8.0);  // a power of 2: to the last bit
        fast.tau = {0.0, 0.01, 1.0};
        const auto expected = tests::generated(slow);
        const auto found = tests::generated(fast);
        for (std::size_t i = 0; i < slow.tau.size(); ++i) {
            CHECK(found.covariance[i] == expected.covariance[i]);
            CHECK(found.mean[i] == expected.mean[i]);
        }
        CHECK(found.covariance[2] != found.covariance[0]);
    }
}

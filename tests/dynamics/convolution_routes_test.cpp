#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "dense_functions.hpp"
#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "eigenflow/model/patch_convolution.hpp"
#include "explicit_convolution.hpp"
#include "small_problem.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using tests::ExplicitConvolution;
using tests::relative_error;

namespace {

dynamics::LearningProblem problem_of(std::shared_ptr<const model::Network> network, const model::ObjectiveSpec& spec,
                                     double noise, double data) {
    auto objective = model::Objective::create(spec);
    REQUIRE_MESSAGE(objective, objective.error().message);
    return {.network = std::move(network),
            .objective = *objective,
            .learning_rate = LearningRate(1.0),
            .noise = NoiseLevel(noise),
            .data = NoiseLevel(data)};
}

std::shared_ptr<const model::PatchConvolution> patch(const data::Spectrum& spectrum, int kernel,
                                                     std::vector<double> filter) {
    auto network = model::PatchConvolution::create(spectrum, kernel, std::move(filter));
    REQUIRE_MESSAGE(network, network.error().message);
    return std::move(*network);
}

std::shared_ptr<const model::Network> made(const model::NetworkSpec& spec, const data::Spectrum& spectrum) {
    auto network = model::make_network(spec, spectrum);
    REQUIRE_MESSAGE(network, network.error().message);
    return std::move(*network);
}

std::vector<double> variances(const std::string& route, const dynamics::LearningProblem& problem,
                              const std::vector<double>& tau) {
    const auto made_route = dynamics::make_variance_route(route, {}, problem);
    REQUIRE_MESSAGE(made_route, made_route.error().message);
    auto block = (*made_route)->variances(tau, {0, problem.network->modes()});
    for (const auto& failure : block.failures) FAIL(failure.reason);
    return block.variance;
}

std::size_t mode_of(const data::Spectrum& spectrum, data::Frequency k) {
    const auto found = std::find(spectrum.frequencies().begin(), spectrum.frequencies().end(), k);
    return static_cast<std::size_t>(found - spectrum.frequencies().begin());
}

// The table lists full width as o = 0 … N − 1; ours are centred.
std::size_t tap_of(std::span<const data::Offset> window, int offset, int n) {
    const auto found =
        std::find_if(window.begin(), window.end(), [&](data::Offset o) { return (o.x - offset) % n == 0; });
    return static_cast<std::size_t>(found - window.begin());
}

// λ̃ of a stationary law by dense linear maps: W_σ from the explicit loss at every node of a Simpson rule in ln σ, then
// x(σ0) = exp(∫ (1 − W) d ln σ) x(σT), since circulant matrices commute.
template <class Filter>
Eigen::MatrixXd generated(const ExplicitConvolution& pixels, const std::vector<data::Offset>& window, double noise,
                          double data, int steps, const Filter& filter) {
    const double h = (std::log(data) - std::log(noise)) / steps;
    const auto identity = Eigen::MatrixXd::Identity(pixels.places(), pixels.places());
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(window.size()));
    for (int i = 0; i <= steps; ++i) {
        const double weight = (i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0) * h / 3.0;
        mean += weight * filter(NoiseLevel(noise * std::exp(h * i)));
    }
    const Eigen::MatrixXd map = tests::exponential(h * steps * identity - pixels.circulant(window, mean));
    return noise * noise * map * map.transpose();
}

}  // namespace

TEST_CASE("T-8 golden: every filter and Fourier variance of patch_convolution.json") {
    std::ifstream in(EIGENFLOW_REFERENCE_DIR "/patch_convolution.json");
    REQUIRE(in.good());
    const nlohmann::json table = nlohmann::json::parse(in);
    const int n = table["N"];
    Eigen::MatrixXd covariance(n, n);
    for (int i = 0; i < n; ++i) {
        for (int j = 0; j < n; ++j) covariance(i, j) = table["covariance"][std::size_t(i)][std::size_t(j)];
    }
    const auto spectrum = ExplicitConvolution({n}, covariance).spectrum();
    double worst_variance = 0.0;
    double worst_tap = 0.0;
    std::size_t cases = 0;
    for (const auto& c : table["cases"]) {
        const auto window = data::filter_window(spectrum.shape(), c["kernel"]);
        REQUIRE(window);
        const std::vector<int> offsets = c["offsets"];
        std::vector<double> filter(offsets.size());
        for (std::size_t j = 0; j < offsets.size(); ++j) filter[tap_of(*window, offsets[j], n)] = c["init"][j];
        const auto network = patch(spectrum, c["kernel"], filter);
        const auto problem = problem_of(network, {}, table["sigma_max"], table["sigma_min"]);
        const std::vector<double> variance = variances("quadrature", problem, {c["tau"]});
        for (int k = 0; k < n; ++k) {
            const std::size_t mode = mode_of(spectrum, {0, 2 * k <= n ? k : k - n});
            const double expected = c["fourier_variance"][std::size_t(k)];
            worst_variance = tests::worse(worst_variance, relative_error(variance[mode], expected));
        }
        network->filter(problem.objective.at(NoiseLevel(1.0)), model::TrainingClock::flow(c["tau"]), filter);
        for (std::size_t j = 0; j < offsets.size(); ++j) {
            const double expected = c["filter_at_sigma_1"][j];
            worst_tap = tests::worse(worst_tap, std::abs(filter[tap_of(*window, offsets[j], n)] - expected));
        }
        ++cases;
    }
    MESSAGE(cases << " cases: variances " << worst_variance << ", taps " << worst_tap);
    CHECK(cases == 16);
    CHECK(worst_variance <= 1e-11);  // what the table promises
    CHECK(worst_tap <= 1e-11);
}

TEST_CASE("T-8 T-19 generated covariance by dense linear maps, trained by flow and by steps") {
    struct Case {
        std::vector<int> shape;
        int kernel;
    };
    // Simpson with h = ln(200)/2000: h⁴/180 · ln 200 · |d⁴/d(ln σ)⁴ of 2w| ≤ 1.5e-12 · 2⁴ · 2, doubled in the variance.
    constexpr double tolerance = 1e-10;
    for (const Case& c : {Case{{9}, 3}, Case{{3, 4}, 3}}) {
        const auto pixels = ExplicitConvolution::random(c.shape, 12).averaged();
        const auto spectrum = pixels.spectrum();
        const auto window = *data::filter_window(c.shape, c.kernel);
        std::vector<double> init(window.size(), 0.05);
        init.front() = -0.1;
        auto problem = problem_of(patch(spectrum, c.kernel, init), {}, 10.0, 0.05);
        const auto start = Eigen::Map<const Eigen::VectorXd>(init.data(), static_cast<Eigen::Index>(init.size()));
        const auto check = [&](double tau, const auto& filter) {
            const Eigen::MatrixXd covariance = generated(pixels, window, 10.0, 0.05, 2000, filter);
            const std::vector<double> variance = variances("quadrature", problem, {tau});
            for (std::size_t k = 0; k < variance.size(); ++k) {
                const double expected = pixels.power(covariance, spectrum.frequencies()[k]);
                CHECK(relative_error(variance[k], expected) <= tolerance);
            }
        };
        for (const double tau : {0.0, 3e-3, 0.3}) {
            check(tau, [&](NoiseLevel t) { return pixels.loss(problem.objective, t, window).after(start, tau); });
        }
        problem.rule = dynamics::TrainingRule::gradient_descent;
        problem.learning_rate = LearningRate(1e-4);
        check(2e-3, [&](NoiseLevel t) {
            const auto loss = pixels.loss(problem.objective, t, window);
            Eigen::VectorXd taps = start;
            for (int step = 0; step < 20; ++step) taps -= 1e-4 * (loss.hessian * taps - loss.pull);
            return taps;
        });
    }
}

TEST_CASE("T-7 a full convolution generates what one layer does at N times the time") {
    const auto spectrum = *data::power_law_fourier_spectrum({4, 6}, 2.0, 10.0);
    const auto full = problem_of(made({.architecture = "full-convolution"}, spectrum), {}, 80.0, 0.002);
    const auto kernel = problem_of(made({.architecture = "one-layer"}, spectrum), {}, 80.0, 0.002);
    const std::vector<double> tau = {0.0, 1e-3, 0.1, 10.0};
    std::vector<double> slow = tau;
    for (double& t : slow) t *= 24.0;
    const auto expected = variances("closed-form", kernel, slow);
    const auto variance = variances("quadrature", full, tau);
    for (std::size_t i = 0; i < variance.size(); ++i) CHECK(relative_error(variance[i], expected[i]) <= 1e-12);
}

TEST_CASE("T-2 T-8 both clocks by ODE agree with quadrature") {
    const auto spectrum = *data::power_law_fourier_spectrum({5}, 1.0, 2.0);
    const std::vector<double> tau = {0.0, 0.03, 1e4};
    struct Case {
        model::ObjectiveSpec spec;
        double noise, data;
    };
    for (const Case& c : {Case{{}, 80.0, 0.002}, Case{{.path = "flow", .target = "velocity"}, 0.0, 1.0}}) {
        for (const std::string architecture : {"patch-convolution", "full-convolution"}) {
            const auto problem = problem_of(made({.architecture = architecture}, spectrum), c.spec, c.noise, c.data);
            const auto ode = variances("ode", problem, tau);
            const auto quadrature = variances("quadrature", problem, tau);
            double worst = 0.0;
            for (std::size_t i = 0; i < ode.size(); ++i) {
                worst = tests::worse(worst, relative_error(ode[i], quadrature[i]));
            }
            MESSAGE(architecture << " on " << c.spec.path << ": " << worst);
            CHECK(worst <= 1e-7);
        }
    }
}

TEST_CASE("T-8 a simulation ends in its limit, and has the same bytes for any number of threads") {
    const auto spectrum = *data::power_law_fourier_spectrum({8, 8}, 2.0, 10.0);
    dynamics::SimulationRequest request{
        .problem = problem_of(made({.architecture = "patch-convolution"}, spectrum), {}, 80.0, 0.002),
        .training_solver = "auto",
        .sampling = {},
        .tau = {0.0, 1e-3, 0.1, 1e9},
        .noise_levels = {0.1, 1.0},
        .weight_modes = {0, 5}};
    const auto one = dynamics::simulate(request);
    REQUIRE_MESSAGE(one, one.error().message);
    request.threads = Threads(3);
    const auto three = dynamics::simulate(request);
    REQUIRE(three);
    CHECK(one->trajectories.variance == three->trajectories.variance);
    CHECK(one->loss == three->loss);
    CHECK(one->failures.empty());
    const auto& limit = one->trajectories.limit;
    bool misses_data = false;
    for (std::size_t k = 0; k < limit.size(); ++k) {
        CHECK(relative_error(one->trajectories.at(3, k), limit[k]) <= 4e-13);  // two quadratures of 1e-13 in ln λ̃
        misses_data = misses_data || std::abs(limit[k] / spectrum.variances()[k] - 1.0) > 0.1;
    }
    CHECK(misses_data);  // nine taps can't make sixty-four variances
}

// The story: the superposition's exponential ended at 2.2e-308, and variances below it came out as 0, which has no ln.
TEST_CASE("T-8 variances below the normal doubles keep the digits that they have") {
    const auto spectrum = *data::power_law_fourier_spectrum({4, 4}, 1.0, 10.0);
    const auto network = made({.architecture = "patch-convolution", .init = {0.5}}, spectrum);
    for (const double noise : {720.0, 725.0, 740.0}) {
        const auto problem = problem_of(network, {.target = "noise"}, noise, 0.002);
        // Untrained, W = Q 1:  ln λ̃ = 2 ln σ_T − 2 Q (σ_T − σ_0)
        const double expected = std::exp(2.0 * std::log(noise) - (noise - 0.002));
        // 1e-13 of ln λ̃ = −727 at most, and half a unit in the last place.
        const double allowed = 1e-10 * expected + std::numeric_limits<double>::denorm_min();
        for (const double v : variances("quadrature", problem, {0.0})) CHECK(std::abs(v - expected) <= allowed);
    }
}

TEST_CASE("T-8 limit: a product of optima, by closed form, is the integral of the capacity error") {
    struct Case {
        model::ObjectiveSpec objective;
        double noise, data;
    };
    const std::vector<Case> cases = {{{}, 80.0, 0.002},
                                     {{.preconditioning = "edm", .weighting = "edm-lognormal"}, 80.0, 0.002},
                                     {{.path = "vp-cosine", .target = "noise"}, 0.999, 0.001},
                                     {{.path = "flow", .target = "velocity"}, 0.0, 0.999}};
    for (const std::vector<int>& shape : {std::vector<int>{24}, std::vector<int>{8, 8}}) {
        const auto spectrum = data::power_law_fourier_spectrum(shape, 1.5, 10.0);
        REQUIRE(spectrum);
        for (const Case& c : cases) {
            const auto problem =
                problem_of(made({.architecture = "patch-convolution", .init = {0.1}, .kernel = 3}, *spectrum),
                           c.objective, c.noise, c.data);
            const auto route = dynamics::make_variance_route("quadrature", {}, problem);
            REQUIRE_MESSAGE(route, route.error().message);
            const std::vector<double> limit = (*route)->limit_variances();
            std::vector<double> integral(limit.size()), error(limit.size());
            dynamics::FlowQuadrature(problem.objective, problem.noise, problem.data)
                .integrate(
                    [&](const model::NoiseTerms& at, std::span<double> value) {
                        problem.network->limit_deviations(at, {0, value.size()}, value);
                        for (double& v : value) v *= at.rate_gain * at.stretch;
                    },
                    integral, error);
            CAPTURE(c.objective.path);
            for (std::size_t k = 0; k < limit.size(); ++k) {
                const double optimum =
                    problem.objective.log_optimal_variance(spectrum->variances()[k], problem.noise, problem.data);
                // What the quadrature is asked for, twice, and 64 roundings of logarithms below 20.
                CHECK(std::abs(std::log(limit[k]) - optimum - 2.0 * integral[k]) <=
                      2.0 * error[k] + 2e-13 + 64.0 * 20.0 * 2.3e-16);
            }
        }
    }
}

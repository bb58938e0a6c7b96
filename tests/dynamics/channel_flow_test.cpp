#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <utility>
#include <vector>

#include "channel_problem.hpp"
#include "eigenflow/dynamics/closed_forms.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/model/channel_convolution.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using Eigen::MatrixXcd;
using Eigen::MatrixXd;

TEST_CASE("T-8 T-19 channels: three uncorrelated channels are three gray problems") {
    const auto coloured = changed(random_spectrum({4, 5}, 3, 62),
                                  [](const MatrixXcd& s) { return MatrixXcd(s.diagonal().asDiagonal()); });
    const data::Spectrum modes = coloured.modes();
    struct Case {
        model::ObjectiveSpec objective;
        dynamics::TrainingRule rule = dynamics::TrainingRule::gradient_flow;
        dynamics::Coupling coupling = dynamics::Coupling::independent;
        dynamics::SamplingSpec sampling = {};
    };
    const std::vector<Case> cases = {
        {},
        {.objective = {.target = "noise", .weighting = "edm"}},
        {.objective = {.preconditioning = "edm"}, .rule = dynamics::TrainingRule::gradient_descent},
        {.objective = {.path = "flow", .target = "velocity"}, .sampling = {.solver = "heun"}},
        {.objective = {.path = "vp-cosine", .target = "v"}, .coupling = dynamics::Coupling::shared},
        {.objective = {}, .sampling = {.solver = "euler", .to_zero = true}},
        {.objective = {.path = "vp-linear", .target = "denoise"}, .sampling = {.solver = "ddim"}},
        {.objective = {}, .sampling = {.solver = "ode"}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.objective.path);
        CAPTURE(c.sampling.solver);
        const auto with = [&](dynamics::LearningProblem problem) {
            problem.rule = c.rule;
            problem.coupling = c.coupling;
            problem.learning_rate = LearningRate(1e-3);
            return problem;
        };
        // Gray problems learn from a pixel of one channel: three Fourier spectra.
        std::vector<double> tau = {0.0, 0.5, 40.0};
        const auto problem = with(problem_of(modes, patch(0.2), c.objective));
        if (c.rule == dynamics::TrainingRule::gradient_descent) tau = dynamics::training_times(problem, tau);
        const auto all = simulated(problem, tau, c.sampling);
        std::vector<double> loss(tau.size(), 0.0);
        double worst = 0.0;
        for (int channel = 0; channel < 3; ++channel) {
            std::vector<double> variances;
            std::vector<data::Frequency> frequencies;
            std::vector<std::size_t> mode;
            for (std::size_t m = 0; m < modes.modes(); ++m) {
                if (std::abs(modes.direction(m)[std::size_t(channel)]) < 0.5) continue;
                variances.push_back(modes.variances()[m]);
                frequencies.push_back(modes.frequencies()[m]);
                mode.push_back(m);
            }
            const auto gray = data::Spectrum::fourier(variances, frequencies, {4, 5});
            REQUIRE(gray);
            const auto alone = simulated(with(problem_of(*gray, patch(0.2), c.objective)), tau, c.sampling);
            for (std::size_t i = 0; i < tau.size(); ++i) {
                loss[i] += alone.loss[i];
                for (std::size_t m = 0; m < mode.size(); ++m) {
                    CHECK(gray->frequencies()[m] == modes.frequencies()[mode[m]]);
                    const double ratio = all.trajectories.at(i, mode[m]) / alone.trajectories.at(i, m);
                    worst = tests::worse(worst, std::abs(ratio - 1.0));
                    if (i > 0) continue;
                    const double limits = all.trajectories.limit[mode[m]] / alone.trajectories.limit[m];
                    worst = tests::worse(worst, std::abs(limits - 1.0));
                }
            }
        }
        CHECK(worst <= 1e-9);  // of the flow by Odeint, 1e-11 a step; the others are below 1e-12
        for (std::size_t i = 0; i < tau.size(); ++i) {
            CHECK(std::abs(all.loss[i] / loss[i] - 1.0) <= 1e-9);
            CHECK(all.coupled.off_diagonal[i] <= 1e-24 * modes.total() * modes.total());
        }
    }
}

TEST_CASE("T-8 channels: one channel is the gray patch convolution") {
    const auto blocks = random_spectrum({4, 4}, 1, 63);
    auto problem = problem_of(blocks.gray(), patch(0.4));
    const auto gray = simulated(problem, {0.0, 0.1, 10.0});
    auto network = model::ChannelConvolution::create(blocks.modes(), 3, 0.4);
    REQUIRE(network);
    problem.network = std::shared_ptr<const model::Network>(std::move(*network));
    const auto coupled = simulated(problem, {0.0, 0.1, 10.0});
    for (std::size_t i = 0; i < gray.trajectories.variance.size(); ++i) {
        CHECK(std::abs(coupled.trajectories.variance[i] / gray.trajectories.variance[i] - 1.0) <= 1e-11);
    }
}

TEST_CASE("T-19 channels: a rotation of the channels rotates what is generated") {
    const auto blocks = random_spectrum({6}, 3, 64);
    MatrixXd random(3, 3);
    numerics::RandomStream stream(5);
    for (double& v : random.reshaped()) v = stream.normal();
    const MatrixXd rotation = Eigen::HouseholderQR<MatrixXd>(random).householderQ();
    const auto turned =
        changed(blocks, [&](const MatrixXcd& s) { return MatrixXcd(rotation * s * rotation.transpose()); });
    const auto one = simulated(problem_of(blocks.modes(), patch(0.1)), {0.0, 0.3, 5.0});
    const auto other = simulated(problem_of(turned.modes(), patch(0.1)), {0.0, 0.3, 5.0});
    for (std::size_t i = 0; i < one.trajectories.variance.size(); ++i) {
        CHECK(std::abs(one.trajectories.variance[i] / other.trajectories.variance[i] - 1.0) <= 1e-10);
    }
}

TEST_CASE("T-7 channels: a full convolution learns every eigenpair as one layer does at N tau") {
    const data::Spectrum modes = random_spectrum({3, 4}, 3, 65).modes();
    const auto simulation =
        simulated(problem_of(modes, {.architecture = "full-convolution", .init = {0.1}}), {0.0, 0.01});
    CHECK(simulation.coupled.chi.empty());
    for (std::size_t m = 0; m < modes.modes(); ++m) {
        const double exact =
            std::exp(dynamics::one_layer_log_variance(modes.variances()[m], 0.1, 12 * 0.01, {80.0, 0.002}));
        CHECK(std::abs(simulation.trajectories.at(1, m) / exact - 1.0) <= 1e-12);
    }
}

TEST_CASE("T-17 channels: Heun approaches exact sampling at second order, though weights do not commute") {
    const auto problem = problem_of(random_spectrum({5}, 2, 66).modes(), patch(0.1));
    const auto exact = simulated(problem, {0.0, 0.2});
    const auto error = [&](int steps) {
        const auto heun = simulated(problem, {0.0, 0.2}, {.solver = "heun", .steps = steps});
        CHECK(heun.exact_variance == exact.trajectories.variance);
        double worst = 0.0;
        for (std::size_t m = 0; m < 10; ++m) {
            worst = std::max(worst, std::abs(heun.trajectories.at(1, m) / exact.trajectories.at(1, m) - 1.0));
        }
        return worst;
    };
    const double ratio = error(400) / error(800);
    CHECK(ratio > 3.6);
    CHECK(ratio < 4.4);
}

TEST_CASE("T-8 channels: filter descent and mode weights agree with the directions") {
    const auto problem = problem_of(random_spectrum({5}, 2, 67).modes(), patch(0.2));
    const model::Network& network = *problem.network;
    const model::NoiseTerms at = problem.objective.at(NoiseLevel(0.5));
    std::vector<double> theta(network.parameters());
    std::vector<double> slope(theta.size());
    network.initial_parameters(0, theta);
    const double step = 1e-3;  // whole steps of gradient descent, T-10
    for (int n = 0; n < 40; ++n) {
        network.descent(at, 0, theta, slope);
        for (std::size_t j = 0; j < theta.size(); ++j) theta[j] += step * slope[j];
    }
    std::vector<double> weight(network.modes());
    network.weights(at, model::TrainingClock::descent(step, 40), {0, network.modes()}, weight);
    for (std::size_t m = 0; m < network.modes(); ++m) CHECK(std::abs(network.weight_of(m, theta) - weight[m]) <= 1e-13);
}

TEST_CASE("T-19 channels: the same bytes for any threads, and curves that pass through them") {
    const auto problem = problem_of(random_spectrum({12, 13}, 3, 68).modes(), patch(0.1));
    const auto one = simulated(problem, {0.0, 0.01, 1.0}, {}, 1);
    const auto three = simulated(problem, {0.0, 0.01, 1.0}, {}, 3);
    const std::vector<double>& v = one.trajectories.variance;
    REQUIRE(v.size() == three.trajectories.variance.size());
    CHECK(std::memcmp(v.data(), three.trajectories.variance.data(), v.size() * sizeof(double)) == 0);
    CHECK(one.loss == three.loss);
    CHECK(one.coupled.off_diagonal == three.coupled.off_diagonal);
    const std::vector<double> tau = {1.0, 0.01};
    for (const std::size_t mode : {std::size_t{0}, std::size_t{100}, std::size_t{467}}) {
        std::vector<double> values(2);
        one.trajectories.evaluate(mode, tau, values);
        CHECK(std::abs(values[0] / one.trajectories.at(2, mode) - 1.0) <= 1e-12);
        CHECK(std::abs(values[1] / one.trajectories.at(1, mode) - 1.0) <= 1e-12);
    }
}

TEST_CASE("T-10 channels: an unstable gradient descent fails, and says so") {
    auto problem = problem_of(random_spectrum({5}, 2, 69).modes(), patch(0.1));
    problem.rule = dynamics::TrainingRule::gradient_descent;
    const double largest = dynamics::largest_stable_rate(problem).value;
    problem.learning_rate = LearningRate(1.1 * largest);
    const auto simulation = dynamics::simulate(
        {.problem = problem, .sampling = {}, .tau = {0.0, 1.1 * largest * 50}, .noise_levels = {}, .weight_modes = {}});
    REQUIRE(simulation);
    REQUIRE_FALSE(simulation->failures.empty());
    CHECK(simulation->failures.front().reason.find("unstable gradient descent") == 0);
}

TEST_CASE("T-19 channels: four of them, and weights that set in sharply, by panels as by ODE") {
    struct Case {
        int channels;
        model::ObjectiveSpec objective;
        double tau;
    };
    const model::ObjectiveSpec sharp = {
        .preconditioning = "edm", .weighting = "edm-lognormal", .sigma_data = 0.2, .P_mean = -1.0, .P_std = 0.25};
    for (const Case& c : {Case{4, {}, 0.3}, Case{2, sharp, 3e3}}) {
        CAPTURE(c.channels);
        const auto problem = problem_of(random_spectrum({4}, c.channels, 65).modes(), patch(1e-6), c.objective);
        const auto panels = simulated(problem, {0.0, c.tau});
        const auto ode = simulated(problem, {0.0, c.tau}, {.solver = "ode"});
        const std::vector<double>& a = panels.trajectories.variance;
        const std::vector<double>& b = ode.trajectories.variance;
        for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-8));
    }
}

TEST_CASE("T-15 channels: the route's limits are the simulation's, asked for once or again") {
    const auto problem = problem_of(random_spectrum({4}, 2, 66).modes(), patch(0.1));
    const auto route = dynamics::make_variance_route("auto", {}, problem);
    REQUIRE(route);
    const std::vector<double> limit = (*route)->limit_variances();
    CHECK((*route)->limit_variances() == limit);
    const auto simulation = simulated(problem, {0.0, 1.0});
    REQUIRE(limit.size() == simulation.trajectories.limit.size());
    for (std::size_t k = 0; k < limit.size(); ++k) {
        CHECK(limit[k] == doctest::Approx(simulation.trajectories.limit[k]).epsilon(1e-11));
    }
}

TEST_CASE("T-8 channels: deviations are weights less their optimum, and limits those of training without end") {
    const auto problem = problem_of(random_spectrum({4}, 2, 67).modes(), patch(0.1));
    const model::Network& network = *problem.network;
    const model::ModeRange modes{0, network.modes()};
    const model::NoiseTerms at = problem.objective.at(NoiseLevel(0.3));
    CHECK_FALSE(network.trains_modes_alone());
    CHECK(network.sharpness(at, 0, 0.5) == network.stiffness(at).limit);  // of a quadratic loss, whatever the weight
    std::vector<double> weight(modes.count), deviation(modes.count), limit(modes.count), last(modes.count);
    network.weights(at, problem.clock(TrainingTime(0.7)), modes, weight);
    network.deviations(at, problem.clock(TrainingTime(0.7)), modes, deviation);
    network.limit_weights(at, modes, limit);
    network.weights(at, problem.clock(TrainingTime(1e300)), modes, last);
    for (std::size_t k = 0; k < modes.count; ++k) {
        CHECK(std::abs(weight[k] - at.optimum(network.lambda()[k]) - deviation[k]) <= 1e-15);
        CHECK(std::abs(limit[k] - last[k]) <= 1e-14);
    }
}

TEST_CASE("T-19 channels by ODE: variances beyond the doubles are failures of their own frequency and time") {
    const auto problem = problem_of(random_spectrum({4}, 2, 68).modes(), patch(1.7e308));
    const auto simulation = dynamics::simulate(
        {.problem = problem, .sampling = {.solver = "ode"}, .tau = {0.0}, .noise_levels = {}, .weight_modes = {}});
    REQUIRE(simulation);
    std::size_t named = 0;  // of a frequency's first mode; the others are found by their numbers
    for (const auto& failure : simulation->failures) {
        named += failure.reason == "non_finite_state" ? 1 : 0;
        CHECK(std::isnan(simulation->trajectories.at(0, failure.mode)));
    }
    CHECK(named > 0);
}

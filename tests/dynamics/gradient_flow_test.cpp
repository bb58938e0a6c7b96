#include "eigenflow/dynamics/gradient_flow.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "battery_problem.hpp"
#include "every_objective.hpp"
#include "small_problem.hpp"

using namespace eigenflow;
using dynamics::GradientFlowPath;
using tests::battery_problem;

namespace {

// A network that is one layer, until its gain is asked for beyond `sound_until`.
class UnsoundNetwork : public model::Network {
public:
    UnsoundNetwork(std::vector<double> lambda, double init, double sound_until)
        : Network(lambda, std::vector<double>(lambda.size(), init)), sound_until_(sound_until) {}
    std::string_view architecture() const override { return "unsound"; }
    void weights(const model::NoiseTerms&, const model::TrainingClock&, model::ModeRange,
                 std::span<double> weight) const override {
        std::fill(weight.begin(), weight.end(), std::numeric_limits<double>::quiet_NaN());
    }
    void deviations(const model::NoiseTerms& at, const model::TrainingClock& clock, model::ModeRange modes,
                    std::span<double> deviation) const override {
        weights(at, clock, modes, deviation);
    }
    void limit_deviations(const model::NoiseTerms&, model::ModeRange, std::span<double> deviation) const override {
        std::fill(deviation.begin(), deviation.end(), 0.0);
    }
    double gain(std::size_t, double weight) const override {
        return weight > sound_until_ ? std::numeric_limits<double>::quiet_NaN() : 1.0;
    }
    double sharpness(const model::NoiseTerms&, std::size_t, double) const override { return 2.0; }
    std::size_t parameters() const override { return 1; }
    void initial_parameters(std::size_t, std::span<double> theta) const override { theta[0] = initial_weights()[0]; }
    void descent(const model::NoiseTerms&, std::size_t, std::span<const double>,
                 std::span<double> slope) const override {
        slope[0] = 0.0;
    }
    double weight_of(std::size_t, std::span<const double> theta) const override { return theta[0]; }

private:
    double sound_until_;
};

// Two parameters with a shared clock, one of them 1e11 times as fast: too fast for the step budget.
class TwoClocks final : public UnsoundNetwork {
public:
    TwoClocks() : UnsoundNetwork({1.0}, 0.1, 0.0) {}
    bool trains_modes_alone() const override { return false; }
    model::Stiffness stiffness(const model::NoiseTerms&) const override { return {1e15, 1e15}; }
    std::size_t parameters() const override { return 2; }
    void initial_parameters(std::size_t, std::span<double> theta) const override { theta[0] = theta[1] = 0.05; }
    void descent(const model::NoiseTerms&, std::size_t, std::span<const double> theta,
                 std::span<double> slope) const override {
        slope[0] = -1e15 * theta[0];
        slope[1] = -1e6 * theta[1];
    }
    double weight_of(std::size_t, std::span<const double> theta) const override { return theta[0] + theta[1]; }
};

dynamics::VarianceBlock variances_of_unsound(double sound_until) {
    auto problem = tests::problem_of("one-layer", {2.0, 1.0}, {0.1});
    problem.network = std::make_shared<UnsoundNetwork>(std::vector<double>{2.0, 1.0}, 0.1, sound_until);
    const auto route = dynamics::make_variance_route("ode", {}, problem);
    REQUIRE(route);
    return (*route)->variances(std::vector<double>{0.0, 0.5, 10.0}, {1, 1});
}

}  // namespace

TEST_CASE("T-2 stiff: sigma = 80 and tau to 1e6 cost under 2,000 steps for every architecture") {
    const std::vector<double> tau = {0.0, 1e-6, 1e-3, 1.0, 1e3, 1e6};
    for (const std::string& architecture : model::architecture_names()) {
        const auto problem = battery_problem({.architecture = architecture});
        for (const double sigma : {80.0, 1.0, 0.002}) {
            GradientFlowPath path;
            const model::NoiseTerms at = problem.objective.at(NoiseLevel(sigma));
            for (const std::size_t mode : {std::size_t{0}, std::size_t{11}}) {
                dynamics::solve_gradient_flow(*problem.network, mode, at, LearningRate(1.0), tau, path);
                INFO(architecture << " sigma " << sigma << " mode " << mode << " exit " << name_of(path.exit));
                CHECK(numerics::good(path.exit));
                CHECK(path.steps < 2000);
            }
        }
    }
}

TEST_CASE("T-2 battery: integrated weights are the closed ones, passing many times or few") {
    const std::vector<double> many = {0.0, 1e-4, 1e-2, 0.1, 0.5, 1.0, 3.0, 10.0, 1e4};
    for (const std::string& architecture : model::architecture_names()) {
        for (const model::ObjectiveSpec& spec : tests::every_objective()) {
            const auto problem = battery_problem({.architecture = architecture, .init = {0.2}}, spec);
            for (double x = -4.0; x <= 4.0; x += 0.37) {
                const model::NoiseTerms at = problem.objective.at_coordinate(x);
                const double optimum = at.optimum(problem.network->lambda()[5]);
                GradientFlowPath path;
                dynamics::solve_gradient_flow(*problem.network, 5, at, LearningRate(1.0), many, path);
                REQUIRE(numerics::good(path.exit));
                for (std::size_t i = 0; i < many.size(); ++i) {
                    double closed = 0.0;
                    problem.network->weights(at, model::TrainingClock::flow(many[i]), {5, 1}, std::span(&closed, 1));
                    INFO(architecture << " " << tests::name_of(spec) << " x " << x << " tau " << many[i]);
                    // The header's 3e-9: the stop at the steady state is 2e-9 of w* away, local errors of 1e-10 add up.
                    const double smaller = optimum == 0.0 ? 0.2 : std::min(0.2, std::abs(optimum));
                    CHECK(std::abs(path.weight[i] - closed) <= 3e-9 * std::max(std::abs(closed), smaller));
                }
            }
        }
    }
}

// The story: balanced layers whose optimum is negative decay to 0. A step ended at −1e-11, where the flow leads away to
// the optimum: 1.7e-4 of a variance, and only when the ODE passed other times on its way.
TEST_CASE("T-5 a weight that decays to zero does not come out on the other side") {
    const std::vector<double> tau = {0.0, 0.1, 3.0, 30.0};
    for (const char* architecture : {"symmetric-two-layer", "two-layer", "deep"}) {
        const auto problem =
            battery_problem({.architecture = architecture, .init = {0.2}}, {.path = "vp-cosine", .target = "v"});
        int crossed = 0;
        for (double x = -1.3; x < 1.0; x += 0.00137) {
            GradientFlowPath path;
            dynamics::solve_gradient_flow(*problem.network, 0, problem.objective.at_coordinate(x), LearningRate(1.0),
                                          tau, path);
            // Around zero the state is known to the absolute tolerance, 1e-10 of the smaller end.
            for (const double w : path.weight) crossed += w < -1e-9 ? 1 : 0;
        }
        CHECK_MESSAGE(crossed == 0, architecture);
    }
}

TEST_CASE("T-2 failure: a NaN of the network is a failure with its mode and time, and the variance is NaN") {
    const dynamics::VarianceBlock block = variances_of_unsound(0.15);
    REQUIRE(block.variance.size() == 3);
    CHECK(std::isfinite(block.variance[0]));  // τ = 0 has the initial weight
    CHECK(std::isnan(block.variance[1]));
    CHECK(std::isnan(block.variance[2]));
    REQUIRE(block.failures.size() == 1);
    const dynamics::RouteFailure& failure = block.failures.front();
    CHECK(failure.mode == 1);
    CHECK(failure.tau == 0.5);
    CHECK(failure.reason.find("non_finite_state") != std::string::npos);
    CHECK(failure.reason.find("gradient flow at tau = ") != std::string::npos);
}

// The story: the last time of a mode failed, and with it went all the good ones; a time of 1e-8 was told as 0.000000.
TEST_CASE("T-2 failure: times before the step budget ends stay good, and small ones are told by their digits") {
    auto problem = tests::problem_of("one-layer", {1.0}, {0.1});
    problem.network = std::make_shared<TwoClocks>();
    const std::vector<double> tau = {0.0, 1e-14, 1e-8};  // 10 and 1e7 units of the fast clock
    const auto route = dynamics::make_variance_route("ode", {}, problem);
    REQUIRE(route);
    const dynamics::VarianceBlock all = (*route)->variances(tau, {0, 1});
    REQUIRE(all.failures.size() == 1);
    CHECK(all.failures.front().tau == 1e-8);
    MESSAGE(all.failures.front().reason);
    CHECK(all.failures.front().reason.find("step_budget_exhausted") != std::string::npos);
    CHECK(all.failures.front().reason.find("0.000000") == std::string::npos);
    const dynamics::VarianceBlock good = (*route)->variances(std::span(tau).first(2), {0, 1});
    CHECK(good.failures.empty());
    for (std::size_t i = 0; i < 2; ++i) {
        // Two runs of an integrator with tolerance 1e-10 a step: the header's 1e-7.
        CHECK(std::abs(all.variance[i] / good.variance[i] - 1.0) <= 1e-7);
    }
    CHECK(std::isnan(all.variance[2]));
}

TEST_CASE("T-2 failure: a network that is NaN from its start still names a time") {
    const dynamics::VarianceBlock block = variances_of_unsound(0.0);
    for (const double v : block.variance) CHECK(std::isnan(v));
    REQUIRE(block.failures.size() == 1);
    CHECK(block.failures.front().mode == 1);
    CHECK(std::isfinite(block.failures.front().tau));
    CHECK(block.failures.front().reason.find("nan") == std::string::npos);
}

TEST_CASE("T-2 nothing to learn from: no data and no noise leave the weight where it is") {
    const auto problem =
        tests::problem_of("one-layer", {0.0}, {0.4}, {.path = "flow", .target = "velocity"}, 0.0, 0.999);
    GradientFlowPath path;
    dynamics::solve_gradient_flow(*problem.network, 0, problem.objective.at(NoiseLevel(1.0)), LearningRate(1.0),
                                  std::vector<double>{0.0, 1e9}, path);
    CHECK(path.exit == numerics::OdeExit::steady_state);
    for (const double w : path.weight) CHECK(w == 0.4);
}

TEST_CASE("T-11 both clocks by ODE: a flow beyond the doubles is a named failure") {
    const auto problem = tests::problem_of("one-layer", {1.0}, {1.7e308});
    const auto route = dynamics::make_variance_route("ode", {}, problem);
    REQUIRE(route);
    const auto block = (*route)->variances(std::vector{0.0}, {0, 1});
    REQUIRE(block.failures.size() == 1);
    CHECK(block.failures[0].reason.find("probability flow at coordinate ") == 0);
    CHECK(std::isnan(block.variance[0]));
}

#include <Eigen/Eigenvalues>
#include <numbers>
#include <string>

#include "matrix_case.hpp"

// What coupled modes say where they can't be followed, and how fast descent may be.

using namespace eigenflow;
using namespace eigenflow::tests;

namespace {

// The reason of every failure, which all are the same.
std::string reason_of(const dynamics::MatrixRequest& request) {
    const auto result = dynamics::simulate_matrix(request);
    REQUIRE_MESSAGE(result, result.error().message);
    REQUIRE_FALSE(result->modes.failures.empty());
    const std::string reason = result->modes.failures.front().reason;
    for (const auto& failure : result->modes.failures) {
        CHECK(failure.reason == reason);
        const auto& t = result->modes.trajectories;
        CHECK(std::isnan(t.at(t.times() - 1, failure.mode)));
    }
    return reason;
}

// A start of `size`, large off the diagonal.
dynamics::MatrixRequest large_start(double size) {
    dynamics::MatrixRequest request = random_request(2, {0.0});
    request.problem.layers.first = {size, 0.5 * size, -0.3 * size, size};
    return request;
}

double largest(const Eigen::MatrixXd& m) {
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(m).eigenvalues().maxCoeff();
}

}  // namespace

TEST_CASE("T-19 a budget of panels that is used up is a named failure") {
    dynamics::MatrixRequest request = random_request(4, {0.0, 1.0});
    request.flow.max_panels = 3;
    CHECK(reason_of(request).ends_with(": step_budget_exhausted"));
}

TEST_CASE("T-19 variances beyond the doubles are named failures, by whatever route") {
    CHECK(reason_of(large_start(34.75)) == "the variance is not a finite number");
    CHECK(reason_of(large_start(1e200)).ends_with(": non_finite_state"));
    dynamics::MatrixRequest stepped = large_start(1e200);
    stepped.sampling = {.solver = "euler", .steps = 10};
    CHECK(reason_of(stepped) == "the variance is not a finite number");
    dynamics::MatrixRequest by_ode = large_start(1e200);
    by_ode.sampling = {.solver = "ode"};
    CHECK(reason_of(by_ode).find("probability flow at coordinate ") == 0);
}

TEST_CASE("T-10 by ODE, descent that is unstable is the failure, and not what it leads to") {
    dynamics::MatrixRequest request = random_request(2, {0.5});
    request.problem.noise = NoiseLevel(20.0);
    request.problem.data = NoiseLevel(1.0);
    request.problem.rule = dynamics::TrainingRule::gradient_descent;
    request.problem.learning_rate = LearningRate(0.01);
    request.sampling = {.solver = "ode"};
    CHECK(reason_of(request) == "unstable gradient descent: the learning rate is too large");
}

TEST_CASE("T-20 layers whose start is beyond the doubles are a named failure") {
    dynamics::MatrixRequest request = random_request(2, {1.0});
    const auto layers = dynamics::random_layers("two-layer", 2, 2, 1e200, 1);
    REQUIRE(layers);
    request.problem.layers = *layers;
    const auto trained = dynamics::train_layers(request.problem, NoiseLevel(1.0), std::vector{0.0, 1.0});
    REQUIRE_FALSE(trained);
    CHECK(trained.error().message.find("gradient flow at tau = ") == 0);
}

TEST_CASE("T-5 aligned layers of any imbalance have the product and the difference that are asked for") {
    for (const double imbalance : {0.5, -0.5}) {
        for (const double init : {0.3, -0.3, 0.0}) {
            const auto layers = dynamics::aligned_layers("two-layer", std::vector{init}, imbalance);
            REQUIRE(layers);
            const double p = layers->first[0];
            const double q = layers->second[0];
            CHECK(p * q == doctest::Approx(init).epsilon(1e-15));
            CHECK(p * p - q * q == doctest::Approx(imbalance).epsilon(1e-15));
            CHECK(p >= 0.0);
        }
    }
}

TEST_CASE("coupled modes can't be sampled where the target does not determine the flow") {
    dynamics::MatrixRequest request = random_request(2, {1.0}, true, {.path = "flow", .target = "denoise"});
    request.problem.noise = NoiseLevel(0.1);
    request.problem.data = NoiseLevel(1.0);
    CHECK_FALSE(dynamics::simulate_matrix(request));
    request.problem.data = NoiseLevel(0.9);
    request.sampling = {.solver = "euler", .steps = 5, .to_zero = true};  // pure data is not where this path ends
    const auto result = dynamics::simulate_matrix(request);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::usage);
    CHECK_FALSE(result.error().message.empty());
}

// Of one layer with a bias the curvature is that of E[(x, 1)(x, 1)ᵀ], largest where noise is.
TEST_CASE("T-10 the largest stable rate with a mean is 2 over the largest eigenvalue of the moments") {
    dynamics::MatrixProblem problem = random_request(3, {1.0}, false).problem;
    const Eigen::VectorXd mean = vector_of(problem.mean);
    const auto second = [&](double sigma) {
        Eigen::MatrixXd s(4, 4);
        s.topLeftCorner(3, 3) = Eigen::MatrixXd(vector_of(problem.lambda).asDiagonal()) + mean * mean.transpose() +
                                sigma * sigma * Eigen::MatrixXd::Identity(3, 3);
        s.topRightCorner(3, 1) = mean;
        s.bottomLeftCorner(1, 3) = mean.transpose();
        s(3, 3) = 1.0;
        return s;
    };
    CHECK(dynamics::largest_stable_rate(problem).value == doctest::Approx(1.0 / largest(second(80.0))).epsilon(1e-9));
    // One weight for all noise levels sees the average of σ², of the lognormal density: all of it, not what is sampled.
    problem.coupling = dynamics::Coupling::shared;
    const double square = std::sqrt(std::exp(2.0 * (-1.2 + 1.2 * 1.2)));
    CHECK(dynamics::largest_stable_rate(problem).value == doctest::Approx(1.0 / largest(second(square))).epsilon(1e-9));

    // EDM's preconditioning: ω_eff E[(c_in x, 1)(c_in x, 1)ᵀ], ω_eff = c_out², by Simpson's rule over ln σ.
    problem.objective = objective_of({.preconditioning = "edm"});
    Eigen::MatrixXd average = Eigen::MatrixXd::Zero(4, 4);
    constexpr int intervals = 4000;
    constexpr double reach = 9.0;  // standard deviations of ln σ
    for (int i = 0; i <= intervals; ++i) {
        const double z = reach * (2.0 * i / intervals - 1.0);
        const double sigma = std::exp(-1.2 + 1.2 * z);
        const double total = sigma * sigma + 0.25;
        const Eigen::Vector4d scale(1.0 / std::sqrt(total), 1.0 / std::sqrt(total), 1.0 / std::sqrt(total), 1.0);
        const double simpson = i == 0 || i == intervals ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
        const double weight = simpson * 2.0 * reach / (3.0 * intervals) * std::exp(-0.5 * z * z) /
                              std::sqrt(2.0 * std::numbers::pi) * sigma * sigma * 0.25 / total;
        average += weight * (scale.asDiagonal() * second(sigma) * scale.asDiagonal());
    }
    CHECK(dynamics::largest_stable_rate(problem).value == doctest::Approx(1.0 / largest(average)).epsilon(1e-9));
}

TEST_CASE("T-10 layers with a mean: what is called stable is, and thirty times as much is not") {
    for (const char* architecture : {"two-layer", "symmetric-two-layer"}) {
        CAPTURE(architecture);
        dynamics::MatrixRequest request = random_request(3, {0.0, 100.0}, false);
        const auto layers = dynamics::random_layers(architecture, 3, 3, 0.3, 1);
        REQUIRE(layers);
        request.problem.layers = *layers;
        request.problem.noise = NoiseLevel(2.0);
        request.problem.data = NoiseLevel(0.5);
        request.problem.rule = dynamics::TrainingRule::gradient_descent;
        const double rate = dynamics::largest_stable_rate(request.problem).value;
        for (const double factor : {1.0, 30.0}) {
            request.problem.learning_rate = LearningRate(factor * rate);
            const auto trained = dynamics::train_layers(request.problem, NoiseLevel(2.0), std::vector{0.0, 100.0});
            CHECK(bool(trained) == (factor == 1.0));
        }
    }
}

#include <Eigen/Eigenvalues>
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

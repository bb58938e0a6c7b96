#include "eigenflow/numerics/ode.hpp"
#include "matrix_case.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

dynamics::MatrixProblem layered_problem(const std::string& architecture, Index modes, Index width, bool centred) {
    auto layers =
        dynamics::random_layers(architecture, static_cast<std::size_t>(modes), static_cast<std::size_t>(width), 0.8, 5);
    REQUIRE(layers);
    std::vector<double> lambda;
    std::vector<double> mean;
    for (Index k = 0; k < modes; ++k) {
        lambda.push_back(2.0 / static_cast<double>(k + 1));
        mean.push_back(centred ? 0.0 : 0.5 - 0.3 * static_cast<double>(k));
    }
    return {.lambda = lambda, .mean = mean, .layers = *layers, .objective = objective_of()};
}

// T-20 as it stands on ve, denoise, by Runge-Kutta: dP/dτ = −G Qᵀ, dQ/dτ = −Pᵀ G, G = 2 E[(W x + b − x0) xᵀ].
struct Plain {
    MatrixXd p, q;
    VectorXd b;
};
Plain by_runge_kutta(const dynamics::MatrixProblem& problem, double sigma, double tau) {
    const auto d = static_cast<Index>(problem.modes());
    const auto h = static_cast<Index>(problem.layers.width);
    const bool tied = problem.layers.second.empty();
    const MatrixXd second = MatrixXd(vector_of(problem.lambda).asDiagonal()) +
                            vector_of(problem.mean) * vector_of(problem.mean).transpose();
    const VectorXd mu = vector_of(problem.mean);
    std::vector<double> y(static_cast<std::size_t>(2 * d * h + d), 0.0);
    const auto p_of = [&](auto* at) {
        return Eigen::Map<
            std::conditional_t<std::is_const_v<std::remove_pointer_t<decltype(at)>>, const MatrixXd, MatrixXd>>(at, d,
                                                                                                                h);
    };
    const auto q_of = [&](auto* at) {
        return Eigen::Map<
            std::conditional_t<std::is_const_v<std::remove_pointer_t<decltype(at)>>, const MatrixXd, MatrixXd>>(
            at + d * h, h, d);
    };
    const auto b_of = [&](auto* at) {
        return Eigen::Map<
            std::conditional_t<std::is_const_v<std::remove_pointer_t<decltype(at)>>, const VectorXd, VectorXd>>(
            at + 2 * d * h, d);
    };
    p_of(y.data()) = from_row_major(problem.layers.first, d, h);
    if (!tied) q_of(y.data()) = from_row_major(problem.layers.second, h, d);
    const auto flow = [&](std::span<const double> at, std::span<double> to, double) {
        const MatrixXd p = p_of(at.data());
        const MatrixXd q = tied ? MatrixXd(p.transpose()) : MatrixXd(q_of(at.data()));
        const VectorXd b = b_of(at.data());
        const MatrixXd g =
            2.0 * (p * q * (second + sigma * sigma * MatrixXd::Identity(d, d)) + b * mu.transpose() - second);
        p_of(to.data()) = tied ? MatrixXd(-(g + g.transpose()) * p) : MatrixXd(-g * q.transpose());
        q_of(to.data()) = tied ? MatrixXd(MatrixXd::Zero(h, d)) : MatrixXd(-p.transpose() * g);
        b_of(to.data()) = -2.0 * (p * q * mu + b - mu);
    };
    const auto result =
        numerics::integrate(flow, y, 0.0, tau, {.relative_tolerance = 1e-13, .absolute_tolerance = 1e-14});
    REQUIRE(numerics::good(result.exit));
    const MatrixXd p = p_of(y.data());
    return {p, tied ? MatrixXd(p.transpose()) : MatrixXd(q_of(y.data())), b_of(y.data())};
}

}  // namespace

TEST_CASE("T-20 brute force: untied and tied layers, low rank, with and without a mean") {
    for (const std::string architecture : {"two-layer", "symmetric-two-layer"}) {
        // The last has more than 48 parameters: Newton's steps by iteration and not by a factorisation.
        for (const auto& size : {std::pair<Index, Index>(4, 4), {4, 2}, {9, 7}}) {
            const Index modes = size.first, width = size.second;
            for (const bool centred : {true, false}) {
                CAPTURE(architecture);
                CAPTURE(modes);
                CAPTURE(width);
                CAPTURE(centred);
                const dynamics::MatrixProblem problem = layered_problem(architecture, modes, width, centred);
                const std::vector<double> tau = {0.0, 0.2, 3.0};
                for (const double sigma : {0.1, 2.0}) {
                    const auto layers = dynamics::train_layers(problem, NoiseLevel(sigma), tau);
                    REQUIRE_MESSAGE(layers, layers.error().message);
                    for (const std::size_t i : {1U, 2U}) {
                        const Plain plain = by_runge_kutta(problem, sigma, tau[i]);
                        const MatrixXd p = from_row_major((*layers)[i].first, modes, width);
                        const MatrixXd q = architecture == "two-layer"
                                               ? from_row_major((*layers)[i].second, width, modes)
                                               : MatrixXd(p.transpose());
                        CHECK((p * q - plain.p * plain.q).cwiseAbs().maxCoeff() < 1e-9);
                        CHECK((vector_of((*layers)[i].bias) - plain.b).cwiseAbs().maxCoeff() < 1e-9);
                    }
                }
            }
        }
    }
}

TEST_CASE("T-20 conserved: P^T P - Q Q^T stays, from sigma 80 to 0.002 and rank 2 of 5") {
    for (const Index width : {5, 2}) {
        const dynamics::MatrixProblem problem = layered_problem("two-layer", 5, width, true);
        const std::vector<double> tau = {0.0, 0.01, 1.0, 100.0};
        for (const double sigma : {80.0, 1.0, 0.002}) {
            const auto layers = dynamics::train_layers(problem, NoiseLevel(sigma), tau);
            REQUIRE_MESSAGE(layers, layers.error().message);
            const auto invariant = [&](const dynamics::MatrixLayers& at) {
                const MatrixXd p = from_row_major(at.first, 5, width);
                const MatrixXd q = from_row_major(at.second, width, 5);
                return MatrixXd(p.transpose() * p - q * q.transpose());
            };
            const double size =
                vector_of(problem.layers.first).squaredNorm() + vector_of(problem.layers.second).squaredNorm();
            for (const auto& later : *layers) {
                CHECK((invariant(later) - invariant(layers->front())).norm() < 1e-10 * size);
            }
        }
    }
}

TEST_CASE("T-20 a bottleneck keeps the leading modes, and the limit says so") {
    dynamics::MatrixProblem problem = layered_problem("two-layer", 3, 1, true);
    problem.noise = NoiseLevel(1.5);
    problem.data = NoiseLevel(0.5);
    const Generated result = generated({.problem = problem,
                                        .sampling = {},
                                        .tau = {0.0, 300.0},
                                        .noise_levels = {},
                                        .weight_modes = {},
                                        .flow = {.tolerance = 1e-7}});
    const Trajectories& t = result.simulation.modes.trajectories;
    CHECK(t.at(1, 0) == doctest::Approx(t.limit[0]).epsilon(1e-6));
    // What is not learned is drawn to 0 by an untrained denoiser, λ̃ = σ0².
    CHECK(t.limit[1] == doctest::Approx(0.25).epsilon(1e-9));
    CHECK(t.at(1, 1) == doctest::Approx(0.25).epsilon(1e-6));
    CHECK(t.at(1, 2) == doctest::Approx(0.25).epsilon(1e-6));
}

TEST_CASE("T-20 gradient descent of layers approaches the flow in first order") {
    dynamics::MatrixProblem problem = layered_problem("two-layer", 3, 2, false);
    const std::vector<double> tau = {0.0, 0.5};
    const auto flow = dynamics::train_layers(problem, NoiseLevel(1.0), tau);
    REQUIRE(flow);
    problem.rule = dynamics::TrainingRule::gradient_descent;
    std::vector<double> error;
    for (const double rate : {0.01, 0.005}) {
        problem.learning_rate = LearningRate(rate);
        const auto descent = dynamics::train_layers(problem, NoiseLevel(1.0), tau);
        REQUIRE(descent);
        error.push_back((vector_of((*descent)[1].first) - vector_of((*flow)[1].first)).norm());
    }
    CHECK(error[0] / error[1] == doctest::Approx(2.0).epsilon(0.1));
    problem.learning_rate = LearningRate(100.0);
    const auto unstable = dynamics::train_layers(problem, NoiseLevel(80.0), std::vector<double>{0.0, 1000.0});
    REQUIRE(!unstable);
    CHECK(unstable.error().kind == ErrorKind::numerics);
}

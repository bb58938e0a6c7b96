#pragma once

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "eigenflow/dynamics/simulate_matrix.hpp"
#include "eigenflow/numerics/random.hpp"

namespace eigenflow::tests {

inline std::vector<double> row_major(const Eigen::MatrixXd& m) {
    std::vector<double> out;
    for (Eigen::Index i = 0; i < m.rows(); ++i) {
        for (Eigen::Index j = 0; j < m.cols(); ++j) out.push_back(m(i, j));
    }
    return out;
}

inline Eigen::MatrixXd from_row_major(std::span<const double> values, Eigen::Index rows, Eigen::Index columns) {
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const RowMajor>(values.data(), rows, columns);
}

inline std::vector<double> list_of(const Eigen::VectorXd& v) { return {v.begin(), v.end()}; }

inline Eigen::VectorXd vector_of(std::span<const double> v) {
    return Eigen::Map<const Eigen::VectorXd>(v.data(), static_cast<Eigen::Index>(v.size()));
}

inline Eigen::MatrixXd normal_matrix(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
    numerics::RandomStream stream(seed);
    Eigen::MatrixXd m(rows, columns);
    for (double& v : m.reshaped()) v = stream.normal();
    return m;
}

inline model::Objective objective_of(const model::ObjectiveSpec& spec = {}) {
    auto objective = model::Objective::create(spec);
    REQUIRE_MESSAGE(objective, objective.error().message);
    return *objective;
}

/// Covariance and mean at every τ of a request; NaN where a time failed.
struct Generated {
    dynamics::MatrixSimulation simulation;
    std::vector<Eigen::MatrixXd> covariance;
    std::vector<Eigen::VectorXd> mean;
};

inline Generated generated(dynamics::MatrixRequest request) {
    const auto d = static_cast<Eigen::Index>(request.problem.modes());
    Generated out;
    out.covariance.assign(request.tau.size(), Eigen::MatrixXd::Constant(d, d, std::nan("")));
    out.mean.assign(request.tau.size(), Eigen::VectorXd::Constant(d, std::nan("")));
    request.visit = [&](std::size_t i, std::span<const double> covariance, std::span<const double> mean) {
        out.covariance[i] = from_row_major(covariance, d, d);
        out.mean[i] = vector_of(mean);
    };
    auto simulation = dynamics::simulate_matrix(request);
    REQUIRE_MESSAGE(simulation, simulation.error().message);
    out.simulation = std::move(*simulation);
    return out;
}

/// Largest difference of two covariances in units of the modes' own deviations √(C_jj C_kk).
inline double covariance_error(const Eigen::MatrixXd& c, const Eigen::MatrixXd& expected) {
    const Eigen::ArrayXd scale = expected.diagonal().array().sqrt();
    return ((c - expected).array() / (scale.matrix() * scale.matrix().transpose()).array()).abs().maxCoeff();
}

inline double mean_error(const Eigen::VectorXd& mean, const Eigen::VectorXd& expected,
                         const Eigen::MatrixXd& covariance) {
    const Eigen::ArrayXd scale = (expected.array().square() + covariance.diagonal().array()).sqrt();
    return ((mean - expected).array() / scale).abs().maxCoeff();
}

/// One layer from a random start.
inline dynamics::MatrixRequest random_request(std::size_t modes, std::vector<double> tau, bool centred = true,
                                              const model::ObjectiveSpec& spec = {}) {
    std::vector<double> lambda;
    std::vector<double> mean;
    for (std::size_t k = 0; k < modes; ++k) {
        lambda.push_back(4.0 / static_cast<double>(k + 1));
        mean.push_back(centred ? 0.0 : 1.0 / static_cast<double>(k + 1));
    }
    auto layers = dynamics::random_layers("one-layer", modes, 0, 0.6, 3);
    REQUIRE(layers);
    return {.problem = {.lambda = lambda, .mean = mean, .layers = *layers, .objective = objective_of(spec)},
            .sampling = {},
            .tau = std::move(tau),
            .noise_levels = {},
            .weight_modes = {}};
}

}  // namespace eigenflow::tests

#pragma once

#include <Eigen/Core>
#include <vector>

#include "eigenflow/dynamics/matrix_problem.hpp"
#include "eigenflow/numerics/symmetric_eigen.hpp"

namespace eigenflow::dynamics {

inline Eigen::ArrayXd array_of(const std::vector<double>& values) {
    return Eigen::Map<const Eigen::ArrayXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

inline Eigen::MatrixXd matrix_of(const std::vector<double>& row_major, Eigen::Index rows, Eigen::Index columns) {
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const RowMajor>(row_major.data(), rows, columns);
}

/// Of a symmetric matrix.
inline double largest_eigenvalue(const Eigen::MatrixXd& symmetric) {
    return numerics::symmetric_eigen(symmetric, numerics::EigenParts::values).values.back();
}

/// 0 where the problem gives none.
inline Eigen::VectorXd mean_of(const MatrixProblem& problem) {
    const auto d = static_cast<Eigen::Index>(problem.modes());
    if (problem.mean.empty()) return Eigen::VectorXd::Zero(d);
    return array_of(problem.mean).matrix();
}

inline Eigen::VectorXd bias_of(const MatrixProblem& problem) {
    const auto d = static_cast<Eigen::Index>(problem.modes());
    if (problem.layers.bias.empty()) return Eigen::VectorXd::Zero(d);
    return array_of(problem.layers.bias).matrix();
}

}  // namespace eigenflow::dynamics

#include "dense_functions.hpp"

#include <Eigen/Eigenvalues>
#include <unsupported/Eigen/MatrixFunctions>

namespace eigenflow::tests {

Eigen::MatrixXd exponential(const Eigen::MatrixXd& matrix) { return matrix.exp(); }

Eigen::MatrixXd square_root(const Eigen::MatrixXd& positive) {
    const Eigenpairs pairs = eigenpairs(positive);
    return pairs.vectors * pairs.values.cwiseMax(0.0).cwiseSqrt().asDiagonal() * pairs.vectors.transpose();
}

Eigenpairs eigenpairs(const Eigen::MatrixXd& symmetric) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(symmetric);
    return {solver.eigenvalues(), solver.eigenvectors()};
}

}  // namespace eigenflow::tests

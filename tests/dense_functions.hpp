#pragma once

#include <Eigen/Core>

/// Functions of small dense matrices for tests, by Eigen's own algorithms. Their templates take ten seconds to compile:
/// here they are compiled once.
namespace eigenflow::tests {

Eigen::MatrixXd exponential(const Eigen::MatrixXd& matrix);
Eigen::MatrixXd square_root(const Eigen::MatrixXd& positive);  // semidefinite and symmetric

struct Eigenpairs {
    Eigen::VectorXd values;   // rising
    Eigen::MatrixXd vectors;  // in columns
};
Eigenpairs eigenpairs(const Eigen::MatrixXd& symmetric);

}  // namespace eigenflow::tests

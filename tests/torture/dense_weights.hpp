#pragma once

#include <string>
#include <vector>

#include "dense_moments.hpp"
#include "eigenflow/dynamics/matrix_problem.hpp"

namespace eigenflow::torture {

/// How far training has gone: gradient flow for ητ, or whole steps of gradient descent.
struct Progress {
    Real eta_tau = 0;
    long steps = 0;
    Real step = 0;  ///< η of gradient descent; 0: gradient flow
};

Vector vector_of(const std::vector<double>& values);
Matrix matrix_of(const std::vector<double>& row_major, Eigen::Index rows, Eigen::Index columns);

/// W̃ = [W b] of T-18 and T-20 after each of the rising times, by dense matrices.
///
/// One layer: dW̃/dτ = −2ηω (W̃ S̃ − C̃) by the eigenvectors of ωS̃ from one-sided Jacobi rotations of its factor, which
/// keep the digits of small eigenvalues. Layers: T-20 by Taylor series of order 20, steps of a local error of
/// `tolerance`. Descent of layers: step by step.
/// Empty where layers take more than 50,000 steps.
std::vector<Matrix> dense_weights(const dynamics::MatrixProblem& problem, const DenseMoments& moments,
                                  const std::vector<Progress>& times, Real tolerance = 1e-14L);

}  // namespace eigenflow::torture

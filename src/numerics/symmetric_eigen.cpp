#include "eigenflow/numerics/symmetric_eigen.hpp"

#include <Eigen/Eigenvalues>
#include <cassert>

namespace eigenflow::numerics {
namespace {

template <class Number>
EigenPairs<Number> solve(std::span<const Number> matrix, std::size_t side, EigenParts parts) {
    using Matrix = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>;
    assert(matrix.size() == side * side);
    const bool both = parts == EigenParts::values_and_vectors;
    const auto d = static_cast<Eigen::Index>(side);
    // A copy: Eigen's bits depend on how its operands lie in memory.
    const Matrix own = Eigen::Map<const Matrix>(matrix.data(), d, d);
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(own, both ? Eigen::ComputeEigenvectors : Eigen::EigenvaluesOnly);
    EigenPairs<Number> out;
    out.values.assign(solver.eigenvalues().data(), solver.eigenvalues().data() + d);
    if (both) out.vectors.assign(solver.eigenvectors().data(), solver.eigenvectors().data() + d * d);
    return out;
}

}  // namespace

EigenPairs<double> symmetric_eigen(std::span<const double> matrix, std::size_t side, EigenParts parts) {
    return solve(matrix, side, parts);
}

EigenPairs<std::complex<double>> symmetric_eigen(std::span<const std::complex<double>> matrix, std::size_t side,
                                                 EigenParts parts) {
    return solve(matrix, side, parts);
}

}  // namespace eigenflow::numerics

#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace eigenflow::numerics {

/// A = V diag(values) Vᴴ.
template <class Number>
struct EigenPairs {
    std::vector<double> values;   ///< d of them, rising
    std::vector<Number> vectors;  ///< d × d, orthonormal columns one after the other; empty where not asked for
};

enum class EigenParts { values, values_and_vectors };

/// Eigenvalues and eigenvectors of a symmetric (Hermitian) matrix of side × side entries by columns, of which the lower
/// triangle is read. Dense, O(side³), for small matrices (up to some hundreds: data::principal_components has its own
/// route): Eigen's solver, whose templates take 10 s to compile, compiled once. Accuracy: ε ‖A‖ in the values. NaN
/// entries give NaN.
EigenPairs<double> symmetric_eigen(std::span<const double> matrix, std::size_t side,
                                   EigenParts parts = EigenParts::values_and_vectors);
EigenPairs<std::complex<double>> symmetric_eigen(std::span<const std::complex<double>> matrix, std::size_t side,
                                                 EigenParts parts = EigenParts::values_and_vectors);

/// The same for a matrix type that keeps its columns one after the other and has rows(), data() and size().
template <class Matrix>
auto symmetric_eigen(const Matrix& symmetric, EigenParts parts = EigenParts::values_and_vectors) {
    return symmetric_eigen(std::span(symmetric.data(), static_cast<std::size_t>(symmetric.size())),
                           static_cast<std::size_t>(symmetric.rows()), parts);
}

}  // namespace eigenflow::numerics

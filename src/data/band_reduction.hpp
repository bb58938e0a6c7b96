#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "eigenflow/core/strong_types.hpp"

namespace eigenflow::data {

/// Diagonals of the band below the main one. A wide band makes better products of matrices of the first reduction (32:
/// 33, 48: 40, 64: 45 of 55 GFLOP/s), and more work of the second (d = 3072: 0.17, 0.24, 0.31 s). With AVX-512 32 and
/// 48 are alike; without it the second takes 0.3 and 0.6 s.
constexpr int band_width = 32;

/// Columns of d entries, not set yet. They start on different lines of a set of the cache also where d is a multiple of
/// 512.
class Columns {
public:
    Columns(int d, int count)
        : d_(d),
          entries_(std::make_unique_for_overwrite<double[]>(static_cast<std::size_t>(stride()) *
                                                            static_cast<std::size_t>(count))) {}

    int d() const { return d_; }
    int stride() const { return d_ + 8; }
    double* at(int row, int column) const {
        return &entries_[static_cast<std::size_t>(column) * static_cast<std::size_t>(stride()) +
                         static_cast<std::size_t>(row)];
    }

private:
    int d_;
    std::unique_ptr<double[]> entries_;
};

struct Tridiagonal {
    std::vector<double> diagonal;  ///< d
    std::vector<double> beside;    ///< d, of which the last is 0
};

/// QᵀAQ of band_width: on and below the diagonal the band is in its place, what lies beyond is left over from Q.
/// BestBlas has to live, with one caller for every thread.
void reduce_to_band(Columns& a, Threads threads);

/// QᵀAQ of three diagonals. Reads the band on and below the diagonal. Entries around 1 in magnitude: parts of a column
/// below 1e-145 are taken for 0.
Tridiagonal reduce_to_three_diagonals(const Columns& band, Threads threads);

/// All eigenvalues, rising, within a few eps of the largest magnitude: LAPACK's dsterf (0.15 s at d = 3072), or
/// bisection where there are wide vectors (0.1 s, shared by the threads). t isn't 0.
std::vector<double> tridiagonal_values(const Tridiagonal& t, Threads threads);

}  // namespace eigenflow::data

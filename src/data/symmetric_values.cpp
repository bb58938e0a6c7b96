#include "eigenflow/data/symmetric_values.hpp"

#include <algorithm>
#include <cmath>

#include "band_reduction.hpp"
#include "blas_kernels.hpp"

namespace eigenflow::data {
namespace {

// Columns that start on different lines of a set of the cache also where d is a multiple of 512.
constexpr int padding = 8;

SymmetricColumns scaled(std::span<const double> matrix, int d, double scale) {
    SymmetricColumns a{d, d + padding, {}};
    a.entries.resize(static_cast<std::size_t>(a.stride) * static_cast<std::size_t>(d));
    auto column = matrix.begin();
    for (int j = 0; j < d; ++j, column += d) {
        std::transform(column, column + d, a.at(0, j), [&](double entry) { return entry * scale; });
    }
    return a;
}

}  // namespace

std::vector<double> symmetric_values(std::span<const double> matrix, std::size_t d, Threads threads) {
    const double largest = std::abs(
        *std::max_element(matrix.begin(), matrix.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
    if (largest == 0.0) return std::vector<double>(d, 0.0);
    // A power of two: exact, but for entries that are as nothing beside the largest.
    const double scale = std::ldexp(1.0, std::clamp(-std::ilogb(largest), -1000, 1000));
    const BestBlas blas(threads.value);
    const Threads callers(blas.callers());
    SymmetricColumns a = scaled(matrix, static_cast<int>(d), scale);
    reduce_to_band(a, callers);
    std::vector<double> values = tridiagonal_values(reduce_to_three_diagonals(a, callers), threads);
    for (double& value : values) value /= scale;
    return values;
}

}  // namespace eigenflow::data

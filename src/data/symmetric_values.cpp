#include "symmetric_values.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <functional>

#include "band_reduction.hpp"
#include "blas_kernels.hpp"
#include "eigenflow/numerics/parallel.hpp"

namespace eigenflow::data {
namespace {

constexpr std::size_t columns_a_task = 64;

void for_columns(std::size_t d, Threads threads, const std::function<void(std::size_t column)>& visit) {
    numerics::parallel_for((d + columns_a_task - 1) / columns_a_task, threads, [&](std::size_t task) {
        for (std::size_t j = task * columns_a_task; j < std::min(d, (task + 1) * columns_a_task); ++j) visit(j);
    });
}

double largest_magnitude(std::span<const double> matrix, std::size_t d, Threads threads) {
    std::vector<double> of_column(d);
    for_columns(d, threads, [&](std::size_t j) {
        std::uint64_t largest = 0;  // magnitudes are in the order of their bits, and whole numbers have vectors for it
        for (const double entry : matrix.subspan(j * d, d)) {
            largest = std::max(largest, std::bit_cast<std::uint64_t>(std::abs(entry)));
        }
        of_column[j] = std::bit_cast<double>(largest);
    });
    return *std::max_element(of_column.begin(), of_column.end());
}

}  // namespace

std::vector<double> symmetric_values(std::span<const double> matrix, std::size_t d, Threads threads) {
    assert(d >= 1 && matrix.size() == d * d);
    const double largest = largest_magnitude(matrix, d, threads);
    if (largest == 0.0) return std::vector<double>(d, 0.0);
    // A power of two: exact, but for entries that are as nothing beside the largest.
    const double scale = std::ldexp(1.0, std::clamp(-std::ilogb(largest), -1000, 1000));
    Columns a(static_cast<int>(d), static_cast<int>(d));
    for_columns(d, threads, [&](std::size_t j) {
        const auto column = matrix.subspan(j * d, d);
        std::transform(column.begin(), column.end(), a.at(0, static_cast<int>(j)),
                       [&](double entry) { return entry * scale; });
    });
    {
        const BestBlas blas(threads.value);  // when most of the memory is taken: it looks at what is left
        reduce_to_band(a, Threads(blas.callers()));
    }
    std::vector<double> values = tridiagonal_values(reduce_to_three_diagonals(a, threads), threads);
    for (double& value : values) value /= scale;
    return values;
}

}  // namespace eigenflow::data

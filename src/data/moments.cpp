#include "eigenflow/data/moments.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <string>
#include <utility>

#include "byte_moments.hpp"
#include "covariance_tiles.hpp"
#include "eigenflow/core/finite.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "vector_blocks.hpp"

namespace eigenflow::data {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Eigen::Index;

constexpr std::size_t largest_dimension = 32767;  // LAPACK's workspace of 1 + 6d + 2d² is counted in 32 bits
// Σ_tile += Xᵀ X over the block's rows. One thread owns a tile, and sees the blocks in order. The product goes through
// a matrix of Eigen's own: for small sizes Eigen's order of summation depends on how the target lies in memory.
void add_products(const CovarianceTile& t, Eigen::Map<const RowMajor> x, Eigen::Map<RowMajor> sum) {
    RowMajor product(t.rows, t.columns);
    product.noalias() = x.middleCols(t.row, t.rows).transpose() * x.middleCols(t.column, t.columns);
    sum.block(t.row, t.column, t.rows, t.columns) += product;
}

void scale_and_mirror(const CovarianceTile& t, double scale, Eigen::Map<RowMajor> sum) {
    for (Index i = t.row; i < t.row + t.rows; ++i) {
        for (Index j = t.column; j < std::min(t.column + t.columns, i + 1); ++j) {
            sum(i, j) *= scale;
            sum(j, i) = sum(i, j);
        }
    }
}

}  // namespace

std::vector<CovarianceTile> covariance_tiles(Index d) {
    constexpr Index side = 384;
    std::vector<CovarianceTile> tiles;
    for (Index row = 0; row < d; row += side) {
        for (Index column = 0; column <= row; column += side) {
            tiles.push_back({row, std::min(side, d - row), column, std::min(side, d - column)});
        }
    }
    return tiles;
}

Result<Moments> measure_moments(const VectorSource& source, Threads threads) {
    if (auto ok = check_source(source); !ok) return ok.error();
    if (source.dimension > largest_dimension) {
        return Error{ErrorKind::usage, "the covariance of dimension " + std::to_string(source.dimension) +
                                           " is too large (at most " + std::to_string(largest_dimension) +
                                           "); ask for the leading modes only"};
    }
    if (has_exact_moments(source)) return byte_moments(source, threads);
    auto mean = measure_mean(source, threads);
    if (!mean) return mean.error();
    Moments moments{source.count, std::move(*mean), std::vector<double>(source.dimension * source.dimension, 0.0)};

    const auto d = static_cast<Index>(source.dimension);
    const Eigen::Map<RowMajor> sum(moments.covariance.data(), d, d);
    const std::vector<CovarianceTile> tiles = covariance_tiles(d);
    auto done = for_each_block(source, threads, [&](std::size_t, std::size_t rows, std::span<double> block) {
        centre(block, moments.mean, threads);
        const Eigen::Map<const RowMajor> x(block.data(), static_cast<Index>(rows), d);
        numerics::parallel_for(tiles.size(), threads, [&](std::size_t i) { add_products(tiles[i], x, sum); });
    });
    if (!done) return done.error();

    const double scale = 1.0 / static_cast<double>(source.count - 1);
    numerics::parallel_for(tiles.size(), threads, [&](std::size_t i) { scale_and_mirror(tiles[i], scale, sum); });
    if (!all_finite(moments.covariance)) {
        return Error{ErrorKind::numerics, "the covariance of the vectors overflows; scale the data down"};
    }
    return moments;
}

}  // namespace eigenflow::data

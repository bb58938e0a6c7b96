#include "byte_moments.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cstdint>
#include <utility>

#include "covariance_tiles.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "vector_blocks.hpp"

namespace eigenflow::data {

namespace {

using Eigen::Index;
template <class Real>
using RowMajor = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t exact_vectors = 1024;  // 2^24/(2^7)²
constexpr double centre_byte = 128.0;

/// Bytes less 128 of a block of vectors, and their sums over all blocks.
class CentredBytes {
public:
    CentredBytes(const VectorSource& source, Threads threads)
        : map_(*source.bytes), dimension_(source.dimension), threads_(threads), sum_(source.dimension, 0.0) {}

    void take(std::span<const double> block) {
        const std::size_t rows = block.size() / dimension_;
        values_.resize(static_cast<Index>(rows), static_cast<Index>(dimension_));
        add_stripes(
            rows, threads_,
            [&](std::size_t first, std::size_t last, std::span<double> partial) {
                for (std::size_t i = first; i < last; ++i) {
                    take_vector(&block[i * dimension_], values_.data() + i * dimension_, partial);
                }
            },
            sum_);
    }

    const RowMajor<float>& values() const { return values_; }
    std::span<const double> sum() const { return sum_; }

private:
    void take_vector(const double* x, float* value, std::span<double> sum) const {
        constexpr double to_whole = 0x1.8p52;  // adding it leaves a number rounded to a whole one, in the lowest bits
        for (std::size_t j = 0; j < dimension_; ++j) {
            const double byte = ((x[j] - map_.offset) * map_.divisor + to_whole) - to_whole;
            value[j] = static_cast<float>(byte - centre_byte);
            sum[j] += byte - centre_byte;
        }
    }

    ByteMap map_;
    std::size_t dimension_;
    Threads threads_;
    RowMajor<float> values_;
    std::vector<double> sum_;
};

/// Σ += AᵀA of a tile over at most 1024 vectors.
void add_products(const CovarianceTile& t, const RowMajor<float>& a, Eigen::Map<RowMajor<double>> sum) {
    RowMajor<float> product(t.rows, t.columns);
    product.noalias() = a.middleCols(t.row, t.rows).transpose() * a.middleCols(t.column, t.columns);
    sum.block(t.row, t.column, t.rows, t.columns) += product.cast<double>();
}

void finish(const CovarianceTile& t, std::span<const double> sum, double count, double divisor,
            Eigen::Map<RowMajor<double>> products) {
    const auto n = static_cast<std::int64_t>(count);
    const double scale = count * (count - 1.0) * divisor * divisor;
    for (Index i = t.row; i < t.row + t.rows; ++i) {
        const auto of_i = static_cast<std::int64_t>(sum[static_cast<std::size_t>(i)]);
        for (Index j = t.column; j < std::min(t.column + t.columns, i + 1); ++j) {
            const auto of_j = static_cast<std::int64_t>(sum[static_cast<std::size_t>(j)]);
            const std::int64_t whole = n * static_cast<std::int64_t>(products(i, j)) - of_i * of_j;
            products(i, j) = static_cast<double>(whole) / scale;
            products(j, i) = products(i, j);
        }
    }
}

}  // namespace

bool has_exact_moments(const VectorSource& source) {
    return source.bytes && source.count < (std::size_t{1} << 24U);  // n² (2^7)² < 2^63
}

Result<Moments> byte_moments(const VectorSource& source, Threads threads) {
    const auto d = static_cast<Index>(source.dimension);
    Moments moments{source.count, std::vector<double>(source.dimension),
                    std::vector<double>(source.dimension * source.dimension, 0.0)};
    const Eigen::Map<RowMajor<double>> products(moments.covariance.data(), d, d);
    const std::vector<CovarianceTile> tiles = covariance_tiles(d);
    CentredBytes bytes(source, threads);
    const auto visit = [&](std::size_t, std::size_t rows, std::span<double> block) {
        for (std::size_t first = 0; first < rows; first += exact_vectors) {
            const std::size_t some = std::min(exact_vectors, rows - first);
            bytes.take(block.subspan(first * source.dimension, some * source.dimension));
            numerics::parallel_for(tiles.size(), threads,
                                   [&](std::size_t i) { add_products(tiles[i], bytes.values(), products); });
        }
    };
    const bool whole = block_rows(source.dimension) >= exact_vectors;  // no block ends in a few left over
    auto done = for_each_block(source, threads, visit, whole ? exact_vectors : 1);
    if (!done) return done.error();
    const auto n = static_cast<double>(source.count);
    for (std::size_t j = 0; j < source.dimension; ++j) {
        moments.mean[j] = (centre_byte + bytes.sum()[j] / n) / source.bytes->divisor + source.bytes->offset;
    }
    numerics::parallel_for(tiles.size(), threads,
                           [&](std::size_t i) { finish(tiles[i], bytes.sum(), n, source.bytes->divisor, products); });
    return moments;
}

}  // namespace eigenflow::data

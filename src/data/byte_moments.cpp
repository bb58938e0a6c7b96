#include "byte_moments.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include "byte_products.hpp"
#include "covariance_tiles.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "vector_blocks.hpp"

namespace eigenflow::data {

namespace {

using Eigen::Index;
template <class Real>
using RowMajor = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t worth_packing = 64;    // columns
constexpr std::size_t exact_vectors = 1024;  // 2^24/(2^7)²
constexpr double centre_byte = 128.0;
// Adding it leaves a number rounded to a whole one, in the lowest bits.
constexpr double to_whole = 0x1.8p52;

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

/// The same with products of bytes themselves, of as many vectors together as 64 MiB hold.
class DotProducts {
public:
    DotProducts(const VectorSource& source, Threads threads, std::span<const CovarianceTile> tiles,
                Eigen::Map<RowMajor<double>> products)
        : map_(*source.bytes),
          dimension_(source.dimension),
          threads_(threads),
          tiles_(tiles),
          products_(products),
          packed_(source.dimension, room(source)),
          group_sum_(source.dimension, 0.0),
          sum_(source.dimension, 0.0) {}

    void take(std::span<const double> block) {
        const std::size_t rows = block.size() / dimension_;
        for (std::size_t first = 0; first < rows;) {
            const std::size_t some = std::min(rows - first, packed_.most() - held_);
            pack(block.subspan(first * dimension_, some * dimension_));
            first += some;
            if (held_ == packed_.most()) add_up();
        }
    }

    // What is packed goes into the products.
    void add_up() {
        if (held_ == 0) return;
        numerics::parallel_for(tiles_.size(), threads_, [&](std::size_t i) { add_tile(tiles_[i]); });
        for (std::size_t j = 0; j < dimension_; ++j) sum_[j] += group_sum_[j];
        std::fill(group_sum_.begin(), group_sum_.end(), 0.0);
        held_ = 0;
    }

    std::span<const double> sum() const { return sum_; }

private:
    static std::size_t room(const VectorSource& source) {
        constexpr std::size_t together = std::size_t{64} << 20U;  // [bytes]
        constexpr std::size_t some = PackedBytes::vectors;
        const std::size_t fit = std::clamp(together / source.dimension / some * some, some, PackedBytes::most_vectors);
        return std::min(fit, (source.count + some - 1) / some * some);
    }

    // Only the last rows of all are no multiple of four.
    void pack(std::span<const double> block) {
        const std::size_t rows = block.size() / dimension_;
        const std::size_t words = (rows + PackedBytes::vectors - 1) / PackedBytes::vectors;
        const auto task = [&](std::size_t first, std::size_t last, std::span<double> partial) {
            std::vector<std::uint32_t> word(dimension_);
            for (std::size_t g = first; g < last; ++g) {
                std::fill(word.begin(), word.end(), 0);
                const std::size_t row = g * PackedBytes::vectors;
                for (std::size_t r = 0; r < std::min(PackedBytes::vectors, rows - row); ++r) {
                    take_vector(&block[(row + r) * dimension_], 8 * static_cast<unsigned>(r), word, partial);
                }
                packed_.put(held_ + row, word);
            }
        };
        add_stripes(words, threads_, task, group_sum_);
        held_ += rows;
    }

    void take_vector(const double* x, unsigned shift, std::span<std::uint32_t> word, std::span<double> sum) const {
        for (std::size_t j = 0; j < dimension_; ++j) {
            const double byte = (x[j] - map_.offset) * map_.divisor + to_whole;
            word[j] |= static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(byte) & 255U) << shift;
            sum[j] += (byte - to_whole) - centre_byte;
        }
    }

    // Σ (xᵢ − 128)(xⱼ − 128) = Σ xᵢ (xⱼ − 128) − 128 Σ (xⱼ − 128)
    void add_tile(const CovarianceTile& t) {
        constexpr std::size_t of_line = PackedBytes::columns;
        const std::size_t width = PackedBytes::lines(t.columns);
        std::vector<PackedBytes::Line> tile(PackedBytes::lines(t.rows) * of_line * width);
        packed_.add_products(t, held_, tile);
        for (Index i = 0; i < t.rows; ++i) {
            const PackedBytes::Line* row = &tile[static_cast<std::size_t>(i) * width];
            const double* of_columns = &group_sum_[static_cast<std::size_t>(t.column)];
            double* out = &products_(t.row + i, t.column);
            for (std::size_t j = 0; j < static_cast<std::size_t>(t.columns); ++j) {
                const auto whole = static_cast<std::int32_t>(row[j / of_line].word[j % of_line]);
                out[j] += static_cast<double>(whole) - centre_byte * of_columns[j];
            }
        }
    }

    ByteMap map_;
    std::size_t dimension_;
    Threads threads_;
    std::span<const CovarianceTile> tiles_;
    Eigen::Map<RowMajor<double>> products_;
    PackedBytes packed_;
    std::size_t held_ = 0;           // vectors
    std::vector<double> group_sum_;  // of the bytes less 128 of those held
    std::vector<double> sum_;
};

// Σ aᵢaⱼ into the tiles of `products`, zeros before; returns Σ aⱼ.
Result<std::vector<double>> float_products(const VectorSource& source, Threads threads,
                                           std::span<const CovarianceTile> tiles,
                                           Eigen::Map<RowMajor<double>> products) {
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
    if (auto done = for_each_block(source, threads, visit, whole ? exact_vectors : 1); !done) return done.error();
    return std::vector<double>(bytes.sum().begin(), bytes.sum().end());
}

Result<std::vector<double>> dot_products(const VectorSource& source, Threads threads,
                                         std::span<const CovarianceTile> tiles, Eigen::Map<RowMajor<double>> products) {
    DotProducts bytes(source, threads, tiles, products);
    const auto visit = [&](std::size_t, std::size_t, std::span<double> block) { bytes.take(block); };
    if (auto done = for_each_block(source, threads, visit, PackedBytes::vectors); !done) return done.error();
    bytes.add_up();
    return std::vector<double>(bytes.sum().begin(), bytes.sum().end());
}

// A square of 16 at a time, which is mirrored from the cache: its columns are 8 d bytes apart.
void finish(const CovarianceTile& t, std::span<const double> sum, double count, double divisor,
            Eigen::Map<RowMajor<double>> products) {
    constexpr Index side = 16;
    const auto n = static_cast<std::int64_t>(count);
    const double scale = count * (count - 1.0) * divisor * divisor;
    const auto whole_sum = [&](Index j) { return static_cast<std::int64_t>(sum[static_cast<std::size_t>(j)]); };
    for (Index i0 = t.row; i0 < t.row + t.rows; i0 += side) {
        const Index i_end = std::min(i0 + side, t.row + t.rows);
        for (Index j0 = t.column; j0 < std::min(t.column + t.columns, i_end); j0 += side) {
            const Index j_end = std::min(j0 + side, t.column + t.columns);
            for (Index i = i0; i < i_end; ++i) {
                for (Index j = j0; j < j_end; ++j) {
                    const std::int64_t whole =
                        n * static_cast<std::int64_t>(products(i, j)) - whole_sum(i) * whole_sum(j);
                    products(i, j) = static_cast<double>(whole) / scale;
                }
            }
            if (j0 == i0) continue;  // on the diagonal both halves have been computed
            for (Index j = j0; j < j_end; ++j) {
                for (Index i = i0; i < i_end; ++i) products(j, i) = products(i, j);
            }
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
    const auto sums = has_byte_dot_products() && source.dimension >= worth_packing
                          ? dot_products(source, threads, tiles, products)
                          : float_products(source, threads, tiles, products);
    if (!sums) return sums.error();
    const auto n = static_cast<double>(source.count);
    for (std::size_t j = 0; j < source.dimension; ++j) {
        moments.mean[j] = (centre_byte + (*sums)[j] / n) / source.bytes->divisor + source.bytes->offset;
    }
    numerics::parallel_for(tiles.size(), threads,
                           [&](std::size_t i) { finish(tiles[i], *sums, n, source.bytes->divisor, products); });
    return moments;
}

}  // namespace eigenflow::data

#include "projected_products.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <utility>

#include "eigenflow/core/large_zeros.hpp"
#include "eigenflow/numerics/parallel.hpp"

namespace eigenflow::data {

namespace {

using Eigen::Index;
template <class Real>
using RowMajor = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Vectors summed in float32 before double takes over: an error of √256 eps = 1e-6 on an entry beside the diagonal.
constexpr Index depth = 256;

struct Strip {
    Index first, count;
};

// Shares for up to eight threads; at least 32 modes, below which a product is all overhead, at most 384 (moments.cpp).
std::vector<Strip> strips_of(Index modes) {
    const Index side = std::clamp<Index>((modes / 8 + 15) / 16 * 16, 32, 384);
    std::vector<Strip> strips;
    for (Index first = 0; first < modes; first += side) strips.push_back({first, std::min(side, modes - first)});
    return strips;
}

}  // namespace

// Every product goes through a matrix of Eigen's own: for small sizes Eigen's order of summation depends on how its
// operands lie in memory.
template <class Real>
struct ProjectedProducts<Real>::State {
    RowMajor<Real> directions;
    RowMajor<Real> block;
    std::vector<Strip> strips;
    std::vector<std::vector<RowMajor<Real>>> projected;      // of a strip, `depth` vectors at a time
    std::vector<std::pair<std::size_t, std::size_t>> tiles;  // of strips
    bool begun = false;                                      // the sums hold a block
    Index cluster = 1;
    Threads threads{1};
    ProjectedSums sums;

    // Centred, a row at a time, in one pass.
    void copy(std::span<const double> values, std::span<const double> mean, Index rows) {
        if (block.rows() != rows) {
            block.resize(rows, directions.cols());
            prefer_large_pages(block.data(), values.size() * sizeof(Real));
        }
        constexpr std::size_t parts = 16;
        const std::size_t n = static_cast<std::size_t>(rows), d = mean.size();
        numerics::parallel_for(parts, threads, [&](std::size_t p) {
            for (std::size_t i = p * n / parts; i < (p + 1) * n / parts; ++i) {
                const double* x = values.data() + i * d;
                Real* out = block.data() + i * d;
                for (std::size_t j = 0; j < d; ++j) out[j] = static_cast<Real>(x[j] - mean[j]);
            }
        });
    }

    void project(std::size_t strip) {
        const Strip& s = strips[strip];
        const RowMajor<Real> u = directions.middleRows(s.first, s.count);
        const RowMajor<Real> y = block * u.transpose();
        projected[strip].resize(static_cast<std::size_t>((y.rows() + depth - 1) / depth));
        for (std::size_t part = 0; part < projected[strip].size(); ++part) {
            const Index first = static_cast<Index>(part) * depth;
            projected[strip][part] = y.middleRows(first, std::min(depth, y.rows() - first));
        }
        if (sums.cluster_squares.empty()) {
            for (Index i = 0; i < y.rows(); ++i) {
                for (Index k = 0; k < s.count; ++k) {
                    const double value = y(i, k);
                    sums.squares[static_cast<std::size_t>(s.first + k)] += value * value;
                }
            }
        } else {
            add_clusters(s, y);
        }
    }

    void add_clusters(const Strip& s, const RowMajor<Real>& y) {
        std::vector<double> mean_square(static_cast<std::size_t>(s.count), 0.0);
        std::vector<double> mean(static_cast<std::size_t>(s.count), 0.0);
        for (Index i = 0; i < y.rows(); ++i) {
            for (Index k = 0; k < s.count; ++k) {
                const double value = y(i, k);
                sums.squares[static_cast<std::size_t>(s.first + k)] += value * value;
                mean_square[static_cast<std::size_t>(k)] += value * value / static_cast<double>(cluster);
                mean[static_cast<std::size_t>(k)] += value / static_cast<double>(cluster);
            }
            if ((i + 1) % cluster != 0) continue;
            for (Index k = 0; k < s.count; ++k) {
                const auto j = static_cast<std::size_t>(k), mode = static_cast<std::size_t>(s.first + k);
                sums.cluster_squares[mode] += mean_square[j] * mean_square[j];
                sums.cluster_means[mode] += mean[j] * mean[j];
                mean_square[j] = mean[j] = 0.0;
            }
        }
    }

    // A block's tile is summed in the level 2 cache, and added to the sums of all blocks once.
    void multiply(std::size_t a, std::size_t b) {
        const Index modes = directions.rows();
        RowMajor<Real> product(strips[a].count, strips[b].count);
        RowMajor<double> sum = RowMajor<double>::Zero(product.rows(), product.cols());
        for (std::size_t part = 0; part < projected[a].size(); ++part) {
            product.noalias() = projected[a][part].transpose() * projected[b][part];
            sum += product.template cast<double>();
        }
        auto all = Eigen::Map<RowMajor<double>>(sums.products.get(), modes, modes)
                       .block(strips[a].first, strips[b].first, product.rows(), product.cols());
        if (begun) {
            all += sum;
        } else {
            all = sum;
        }
    }
};

template <class Real>
ProjectedProducts<Real>::ProjectedProducts(std::span<const double> directions, std::size_t dimension,
                                           std::size_t cluster, Threads threads)
    : state_(new State) {
    State& s = *state_;
    s.cluster = static_cast<Index>(cluster);
    s.threads = threads;
    const std::size_t modes = directions.size() / dimension;
    s.directions.resize(static_cast<Index>(modes), static_cast<Index>(dimension));
    prefer_large_pages(s.directions.data(), directions.size() * sizeof(Real));
    s.strips = strips_of(static_cast<Index>(modes));
    s.projected.resize(s.strips.size());
    numerics::parallel_for(s.strips.size(), threads, [&](std::size_t i) {
        const Strip& strip = s.strips[i];
        const Eigen::Map<const RowMajor<double>> all(directions.data(), s.directions.rows(), s.directions.cols());
        s.directions.middleRows(strip.first, strip.count) =
            all.middleRows(strip.first, strip.count).template cast<Real>();
    });
    for (std::size_t a = 0; a < s.strips.size(); ++a) {
        for (std::size_t b = 0; b <= a; ++b) s.tiles.emplace_back(a, b);
    }
    s.sums.squares.assign(modes, 0.0);
    if (cluster > 1) s.sums.cluster_squares.assign(modes, 0.0);
    if (cluster > 1) s.sums.cluster_means.assign(modes, 0.0);
    s.sums.products = std::make_unique_for_overwrite<double[]>(modes * modes);
    prefer_large_pages(s.sums.products.get(), modes * modes * sizeof(double));
}

template <class Real>
ProjectedProducts<Real>::~ProjectedProducts() = default;

template <class Real>
void ProjectedProducts<Real>::add(std::span<const double> block, std::span<const double> mean) {
    State& s = *state_;
    const Index rows = static_cast<Index>(block.size()) / s.directions.cols();
    s.copy(block, mean, rows);
    numerics::parallel_for(s.strips.size(), s.threads, [&](std::size_t i) { s.project(i); });
    numerics::parallel_for(s.tiles.size(), s.threads,
                           [&](std::size_t i) { s.multiply(s.tiles[i].first, s.tiles[i].second); });
    s.begun = true;
}

template <class Real>
ProjectedSums ProjectedProducts<Real>::take() && {
    return std::move(state_->sums);
}

template class ProjectedProducts<float>;
template class ProjectedProducts<double>;

}  // namespace eigenflow::data

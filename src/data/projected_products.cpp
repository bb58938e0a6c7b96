#include "projected_products.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <utility>

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
    RowMajor<Real> projected;
    std::vector<Strip> strips;
    std::vector<std::pair<Strip, Strip>> tiles;
    Index cluster;
    Threads threads;
    ProjectedSums sums;

    void copy(std::span<const double> values, Index rows) {
        block.resize(rows, directions.cols());
        constexpr std::size_t parts = 16;
        const std::size_t n = values.size();
        numerics::parallel_for(parts, threads, [&](std::size_t p) {
            for (std::size_t i = p * n / parts; i < (p + 1) * n / parts; ++i) {
                block.data()[i] = static_cast<Real>(values[i]);
            }
        });
    }

    void project(const Strip& s) {
        const RowMajor<Real> u = directions.middleRows(s.first, s.count);
        const RowMajor<Real> y = block * u.transpose();
        projected.middleCols(s.first, s.count) = y;
        std::vector<double> mean_square(static_cast<std::size_t>(s.count), 0.0);
        std::vector<double> mean(static_cast<std::size_t>(s.count), 0.0);
        for (Index i = 0; i < y.rows(); ++i) {
            for (Index k = 0; k < s.count; ++k) {
                const double value = y(i, k);
                const auto mode = static_cast<std::size_t>(s.first + k);
                sums.squares[mode] += value * value;
                mean_square[static_cast<std::size_t>(k)] += value * value / static_cast<double>(cluster);
                mean[static_cast<std::size_t>(k)] += value / static_cast<double>(cluster);
            }
            if (sums.cluster_squares.empty() || (i + 1) % cluster != 0) continue;
            for (Index k = 0; k < s.count; ++k) {
                const auto j = static_cast<std::size_t>(k), mode = static_cast<std::size_t>(s.first + k);
                sums.cluster_squares[mode] += mean_square[j] * mean_square[j];
                sums.cluster_means[mode] += mean[j] * mean[j];
                mean_square[j] = mean[j] = 0.0;
            }
        }
    }

    void multiply(const Strip& a, const Strip& b) {
        const Index modes = directions.rows();
        Eigen::Map<RowMajor<double>> sum(sums.products.data(), modes, modes);
        for (Index first = 0; first < projected.rows(); first += depth) {
            const Index rows = std::min(depth, projected.rows() - first);
            const RowMajor<Real> left = projected.block(first, a.first, rows, a.count);
            const RowMajor<Real> right = projected.block(first, b.first, rows, b.count);
            const RowMajor<Real> product = left.transpose() * right;
            sum.block(a.first, b.first, a.count, b.count) += product.template cast<double>();
        }
    }
};

template <class Real>
ProjectedProducts<Real>::ProjectedProducts(std::span<const double> directions, std::size_t dimension,
                                           std::size_t cluster, Threads threads)
    : state_(new State{{}, {}, {}, {}, {}, static_cast<Index>(cluster), threads, {}}) {
    const std::size_t modes = directions.size() / dimension;
    state_->directions =
        Eigen::Map<const RowMajor<double>>(directions.data(), static_cast<Index>(modes), static_cast<Index>(dimension))
            .template cast<Real>();
    state_->strips = strips_of(static_cast<Index>(modes));
    for (std::size_t a = 0; a < state_->strips.size(); ++a) {
        for (std::size_t b = 0; b <= a; ++b) state_->tiles.push_back({state_->strips[a], state_->strips[b]});
    }
    state_->sums.squares.assign(modes, 0.0);
    if (cluster > 1) state_->sums.cluster_squares.assign(modes, 0.0);
    if (cluster > 1) state_->sums.cluster_means.assign(modes, 0.0);
    state_->sums.products.assign(modes * modes, 0.0);
}

template <class Real>
ProjectedProducts<Real>::~ProjectedProducts() = default;

template <class Real>
void ProjectedProducts<Real>::add(std::span<const double> block) {
    State& s = *state_;
    const Index rows = static_cast<Index>(block.size()) / s.directions.cols();
    s.copy(block, rows);
    s.projected.resize(rows, s.directions.rows());
    numerics::parallel_for(s.strips.size(), s.threads, [&](std::size_t i) { s.project(s.strips[i]); });
    numerics::parallel_for(s.tiles.size(), s.threads,
                           [&](std::size_t i) { s.multiply(s.tiles[i].first, s.tiles[i].second); });
}

template <class Real>
ProjectedSums ProjectedProducts<Real>::take() && {
    return std::move(state_->sums);
}

template class ProjectedProducts<float>;
template class ProjectedProducts<double>;

}  // namespace eigenflow::data

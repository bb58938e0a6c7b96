#include "eigenflow/data/error_correlation.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "eigenflow/numerics/parallel.hpp"
#include "vector_blocks.hpp"

namespace eigenflow::data {

namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstRows = Eigen::Map<const RowMajor>;

constexpr std::size_t most_rows = 1024;    // r = 0.99 to 6e-4
constexpr double least_correlation = 0.1;  // shared noise below it moves no standard error by 5 %
constexpr std::size_t directions_a_task = 64;

/// Mean of y_k² in every cluster. Products of matrices of Eigen's own, as in projected_products.cpp.
RowMajor cluster_squares(const std::vector<double>& block, const MeasureBasis& basis, std::size_t clusters,
                         std::size_t cluster, Threads threads) {
    const auto d = static_cast<Index>(basis.dimension()), m = static_cast<Index>(basis.modes());
    const RowMajor x = ConstRows(block.data(), static_cast<Index>(clusters * cluster), d);
    const ConstRows directions(basis.directions.data(), m, d);
    RowMajor squares = RowMajor::Zero(static_cast<Index>(clusters), m);
    const std::size_t tasks = (basis.modes() + directions_a_task - 1) / directions_a_task;
    numerics::parallel_for(tasks, threads, [&](std::size_t task) {
        const auto first = static_cast<Index>(task * directions_a_task);
        const Index count = std::min(static_cast<Index>(directions_a_task), m - first);
        const RowMajor u = directions.middleRows(first, count);
        const RowMajor y = x * u.transpose();
        for (Index i = 0; i < y.rows(); ++i) {
            const Index row = i / static_cast<Index>(cluster);
            for (Index k = 0; k < count; ++k)
                squares(row, first + k) += y(i, k) * y(i, k) / static_cast<double>(cluster);
        }
    });
    return squares;
}

void normalise(RowMajor& squares) {
    for (Index k = 0; k < squares.cols(); ++k) {
        double mean = 0.0, length = 0.0;
        for (Index i = 0; i < squares.rows(); ++i) mean += squares(i, k) / static_cast<double>(squares.rows());
        for (Index i = 0; i < squares.rows(); ++i) {
            squares(i, k) -= mean;
            length += squares(i, k) * squares(i, k);
        }
        const double scale = length > 0.0 ? 1.0 / std::sqrt(length) : 0.0;
        for (Index i = 0; i < squares.rows(); ++i) squares(i, k) *= scale;
    }
}

}  // namespace

Result<RowContributions> row_contributions(const VectorSource& samples, const MeasureBasis& basis, std::size_t cluster,
                                           Threads threads) {
    const std::size_t in_block = std::max<std::size_t>(block_rows(samples.dimension) / cluster, 1);
    const std::size_t clusters = std::min({samples.count / cluster, most_rows, in_block});
    std::vector<double> block(clusters * cluster * samples.dimension);
    if (auto done = samples.read(0, clusters * cluster, block); !done) return done.error();
    std::vector<double> mean(samples.dimension, 0.0);
    const auto vectors = static_cast<double>(clusters * cluster);
    for (std::size_t i = 0; i < block.size(); ++i) mean[i % samples.dimension] += block[i] / vectors;
    centre(block, mean, threads);
    RowMajor squares = cluster_squares(block, basis, clusters, cluster, threads);
    for (std::size_t k = 0; k < basis.modes(); ++k) {
        const std::size_t p = basis.partner[k];
        if (p <= k) continue;
        const auto a = static_cast<Index>(k), b = static_cast<Index>(p);
        squares.col(a) = 0.5 * (squares.col(a) + squares.col(b)).eval();
        squares.col(b) = squares.col(a);
    }
    normalise(squares);
    return RowContributions{samples.count / cluster, clusters, {squares.data(), squares.data() + squares.size()}};
}

std::vector<double> error_correlation(const RowContributions& a, const RowContributions& b) {
    if (a.samples != b.samples || a.rows != b.rows || a.rows < 2) return {};
    const std::size_t modes = a.squares.size() / a.rows;
    std::vector<double> r(modes, 0.0);
    for (std::size_t i = 0; i < a.squares.size(); ++i) r[i % modes] += a.squares[i] * b.squares[i];
    const auto m = static_cast<double>(modes);
    const double mean = std::accumulate(r.begin(), r.end(), 0.0) / m;
    if (!(mean > least_correlation) || !(mean > 5.0 / std::sqrt(static_cast<double>(a.rows) * m))) return {};
    for (double& value : r) value = std::clamp(value, 0.0, 1.0);
    return r;
}

}  // namespace eigenflow::data

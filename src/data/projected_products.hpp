#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "eigenflow/core/strong_types.hpp"

namespace eigenflow::data {

/// Sums over centred vectors x of y_j² and y_j y_k, y = Ux, a block of vectors at a time.
struct ProjectedSums {
    std::vector<double> squares;          ///< Σ y_k², m
    std::vector<double> cluster_squares;  ///< Σ over clusters of (mean of y_k² in the cluster)²; empty: clusters of one
    std::vector<double> cluster_means;   ///< Σ over clusters of (mean of y_k in the cluster)²; as above
    std::unique_ptr<double[]> products;  ///< Σ y_j y_k, m × m row-major; above the diagonal nothing
};

/// Real is float or double: the type in which blocks are multiplied.
template <class Real>
class ProjectedProducts {
public:
    /// @param directions  U, m × d row-major
    /// @param cluster     vectors in a row whose mean square is one number; every block holds whole clusters
    ProjectedProducts(std::span<const double> directions, std::size_t dimension, std::size_t cluster, Threads threads);
    ~ProjectedProducts();

    /// rows × d row-major, less `mean`, d.
    void add(std::span<const double> block, std::span<const double> mean);
    ProjectedSums take() &&;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace eigenflow::data

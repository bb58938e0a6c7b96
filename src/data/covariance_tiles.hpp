#pragma once

#include <Eigen/Core>
#include <vector>

namespace eigenflow::data {

/// A block of rows × columns of the covariance, on or below the diagonal.
struct CovarianceTile {
    Eigen::Index row, rows, column, columns;
};

/// 384 wide: 36 tiles at d = 3072, even shares for up to a dozen threads.
std::vector<CovarianceTile> covariance_tiles(Eigen::Index d);

}  // namespace eigenflow::data

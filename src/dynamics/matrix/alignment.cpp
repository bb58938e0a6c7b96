#include "alignment.hpp"

#include <algorithm>
#include <cmath>

namespace eigenflow::dynamics {

using Eigen::Index;
using Eigen::MatrixXd;

double chi_of(const MatrixXd& c, Index modes) {
    const auto block = c.topLeftCorner(modes, modes);
    return block.diagonal().squaredNorm() / block.squaredNorm();
}

double aligned_chi_of(const MatrixXd& c, Index modes, std::size_t samples) {
    const Eigen::ArrayXd variance = c.diagonal().head(modes).array();
    const double part = 1.0 / (static_cast<double>(samples) - 1.0);
    const double squares = variance.square().sum();
    const double diagonal = squares * (1.0 + 2.0 * part);
    return diagonal / (diagonal + part * (variance.sum() * variance.sum() - squares));
}

double chi_error_of(const MatrixXd& c, Index modes, std::size_t samples) {
    const MatrixXd block = c.topLeftCorner(modes, modes);
    const double squares = block.squaredNorm();
    MatrixXd slope = -(block.diagonal().squaredNorm() / squares) * block * block;
    slope += block.diagonal().asDiagonal() * block;
    const double trace = std::max(0.0, slope.cwiseProduct(slope.transpose()).sum());
    return 2.0 / squares * std::sqrt(2.0 * trace / (static_cast<double>(samples) - 1.0));
}

}  // namespace eigenflow::dynamics

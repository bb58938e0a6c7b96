#include "covariance_curve.hpp"
namespace eigenflow::dynamics {
std::function<void(std::size_t, std::span<const double>, std::span<double>)> make_evaluate(
    std::shared_ptr<const MatrixEngine>, const Trajectories&) {
    return {};
}
}  // namespace eigenflow::dynamics

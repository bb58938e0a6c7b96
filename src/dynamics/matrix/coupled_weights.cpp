#include "coupled_weights.hpp"

namespace eigenflow::dynamics {

double excess_of(const TrainedMatrix& trained, const model::NoiseTerms& at, const Eigen::ArrayXd& lambda) {
    const Eigen::ArrayXd columns = trained.deviation.colwise().squaredNorm().transpose().array();
    const double weights = ((at.h0 + at.h1 * lambda) * columns).sum();
    return weights + trained.residual.squaredNorm();
}

std::shared_ptr<const CoupledWeights> make_coupled_weights(const MatrixProblem& problem,
                                                           const std::optional<AffineTerms>& average) {
    if (problem.layers.architecture == "one-layer") return make_one_layer_weights(problem, average);
    return make_layered_weights(problem, average);
}

}  // namespace eigenflow::dynamics

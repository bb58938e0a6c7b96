#include "coupled_weights.hpp"
namespace eigenflow::dynamics {
std::shared_ptr<const CoupledWeights> make_layered_weights(const MatrixProblem&, const std::optional<AffineTerms>&) {
    return nullptr;
}
}  // namespace eigenflow::dynamics

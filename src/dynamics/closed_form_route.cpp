#include <cmath>
#include <utility>

#include "eigenflow/dynamics/closed_forms.hpp"
#include "routes.hpp"

namespace eigenflow::dynamics {
namespace {

class ClosedFormRoute final : public VarianceRoute {
public:
    ClosedFormRoute(LearningProblem problem, bool one_layer) : problem_(std::move(problem)), one_layer_(one_layer) {}

    std::string_view name() const override { return "closed-form"; }

    VarianceBlock variances(std::span<const double> tau, model::ModeRange modes) const override {
        VarianceBlock block;
        block.variance.resize(tau.size() * modes.count);
        const NoiseRange range{problem_.noise.value, problem_.data.value};
        const std::span<const double> lambda = problem_.network->lambda().subspan(modes.first, modes.count);
        const std::span<const double> init = problem_.network->initial_weights().subspan(modes.first, modes.count);
        for (std::size_t i = 0; i < tau.size(); ++i) {
            const double eta_tau = problem_.eta_tau(TrainingTime(tau[i])).value;
            const double bracket = one_layer_bracket(eta_tau, range);
            double* out = block.variance.data() + i * modes.count;
            for (std::size_t k = 0; k < modes.count; ++k) {
                out[k] = std::exp(one_layer_ ? one_layer_log_variance(lambda[k], init[k], eta_tau, range, bracket)
                                             : symmetric_two_layer_log_variance(lambda[k], init[k], eta_tau, range));
            }
        }
        return block;
    }

private:
    LearningProblem problem_;
    bool one_layer_;
};

}  // namespace

MadeRoute make_closed_form_route(const LearningProblem& problem) {
    const model::ObjectiveSpec& objective = problem.objective.spec();
    const std::string_view architecture = problem.network->architecture();
    const bool one_layer = architecture == "one-layer";
    const bool known = one_layer || architecture == "symmetric-two-layer";
    if (!known || objective.path != "ve" || objective.target != "denoise" || objective.preconditioning != "none" ||
        objective.weighting != "uniform") {
        return Error{ErrorKind::usage,
                     "training.solver = \"closed-form\": the generated variance has a closed form for architectures "
                     "one-layer and symmetric-two-layer on path \"ve\" with target \"denoise\", preconditioning "
                     "\"none\" and weighting \"uniform\" only: use solver = \"auto\" or \"quadrature\""};
    }
    return std::unique_ptr<const VarianceRoute>(std::make_unique<ClosedFormRoute>(problem, one_layer));
}

}  // namespace eigenflow::dynamics

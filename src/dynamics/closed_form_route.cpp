#include <cmath>
#include <optional>
#include <utility>

#include "eigenflow/dynamics/closed_forms.hpp"
#include "one_layer_lane.hpp"
#include "routes.hpp"
#include "row_route.hpp"

namespace eigenflow::dynamics {
namespace {

enum class Form { one_layer_ve, symmetric_ve, one_layer_flow };

std::optional<Form> form_of(const RouteChoice& choice) {
    const model::ObjectiveSpec& objective = choice.objective;
    if (choice.rule != TrainingRule::gradient_flow || choice.coupling != Coupling::independent ||
        objective.preconditioning != "none" || objective.weighting != "uniform") {
        return {};
    }
    if (objective.path == "ve" && objective.target == "denoise") {
        if (choice.architecture == "one-layer") return Form::one_layer_ve;
        if (choice.architecture == "symmetric-two-layer") return Form::symmetric_ve;
    }
    if (objective.path == "flow" && objective.target == "velocity" && choice.architecture == "one-layer" &&
        choice.noise.value == 0.0 && choice.data.value == 1.0) {
        return Form::one_layer_flow;
    }
    return {};
}

class ClosedFormRoute final : public RowRoute {
public:
    ClosedFormRoute(LearningProblem problem, Form form) : problem_(std::move(problem)), form_(form) {}

    std::string_view name() const override { return "closed-form"; }

    bool estimates() const override { return false; }

    RouteCounts write(std::span<const double> tau, model::ModeRange modes, TableRows rows) const override {
        const NoiseRange range{problem_.noise.value, problem_.data.value};
        const std::span<const double> lambda = problem_.network->lambda().subspan(modes.first, modes.count);
        const std::span<const double> init = problem_.network->initial_weights().subspan(modes.first, modes.count);
        const auto row = [&](std::size_t i) { return std::span(rows.variance + i * rows.stride, modes.count); };
        const auto eta_tau = [&](std::size_t i) { return problem_.clock(TrainingTime(tau[i])).eta_tau(); };
        if (form_ == Form::one_layer_ve) {
            const OneLayerClosedForm one_layer(lambda, init, range);
            for (std::size_t i = 0; i < tau.size(); ++i) one_layer.variances(eta_tau(i), row(i));
        } else if (form_ == Form::symmetric_ve) {
            for (std::size_t i = 0; i < tau.size(); ++i) {
                symmetric_two_layer_variances(lambda, init, eta_tau(i), range, row(i));
            }
        } else {
            for (std::size_t i = 0; i < tau.size(); ++i) one_layer_flow_at(eta_tau(i), lambda, init, row(i));
        }
        return {};
    }

    std::vector<double> limit_variances() const override { return exact_limit_variances(problem_); }

private:
    static void one_layer_flow_at(double eta_tau, std::span<const double> lambda, std::span<const double> init,
                                  std::span<double> variance) {
        for (std::size_t k = 0; k < lambda.size(); ++k) {
            variance[k] = std::exp(one_layer_flow_log_variance(lambda[k], init[k], eta_tau));
        }
    }

    LearningProblem problem_;
    Form form_;
};

}  // namespace

Result<void> closed_form_exists(const RouteChoice& choice) {
    if (form_of(choice)) return {};
    return Error{ErrorKind::usage,
                 "training.solver = \"closed-form\": the generated variance has a closed form for architectures "
                 "one-layer and symmetric-two-layer on path \"ve\" with target \"denoise\", and for one-layer on "
                 "path \"flow\" with target \"velocity\" from 0 to 1, with preconditioning \"none\", weighting "
                 "\"uniform\" and gradient flow of independent networks: use solver = \"auto\" or \"quadrature\""};
}

MadeRoute make_closed_form_route(const LearningProblem& problem) {
    const RouteChoice choice{.training = "closed-form",
                             .sampling = {},
                             .architecture = problem.network->architecture(),
                             .objective = problem.objective.spec(),
                             .rule = problem.rule,
                             .coupling = problem.coupling,
                             .noise = problem.noise,
                             .data = problem.data};
    if (auto exists = closed_form_exists(choice); !exists) return exists.error();
    return std::unique_ptr<const VarianceRoute>(std::make_unique<ClosedFormRoute>(problem, *form_of(choice)));
}

}  // namespace eigenflow::dynamics

#include <algorithm>
#include <cmath>
#include <utility>

#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "routes.hpp"

namespace eigenflow::dynamics {
namespace {

/// T-11 relative to the optimum:  ln λ̃ = ln λ̃(w*) + 2 ∫ r1 c_out c_in (w − w*) dt, with ln λ̃(w*) in closed form
/// (T-15). Only the deviation is integrated, so a trained mode is exact, and 1 − w never cancels.
class QuadratureRoute final : public VarianceRoute {
public:
    explicit QuadratureRoute(LearningProblem problem)
        : problem_(std::move(problem)), quadrature_(problem_.objective, problem_.noise, problem_.data) {
        for (const double lambda : problem_.network->lambda()) {
            optimum_.push_back(problem_.objective.log_optimal_variance(lambda, problem_.noise, problem_.data));
        }
    }

    std::string_view name() const override { return "quadrature"; }

    VarianceBlock variances(std::span<const double> tau, model::ModeRange modes) const override {
        VarianceBlock block;
        block.variance.resize(tau.size() * modes.count);
        std::vector<double> error(modes.count);
        for (std::size_t i = 0; i < tau.size(); ++i) {
            const std::span<double> row = std::span(block.variance).subspan(i * modes.count, modes.count);
            const model::EtaTau eta_tau = problem_.eta_tau(TrainingTime(tau[i]));
            const auto integrand = [&](const model::NoiseTerms& at, std::span<double> value) {
                problem_.network->deviations(at, eta_tau, modes, value);
                for (double& v : value) v *= at.gain;
            };
            block.counts.evaluations += quadrature_.integrate(integrand, row, error);
            for (std::size_t k = 0; k < modes.count; ++k) {
                row[k] = std::exp(optimum_[modes.first + k] + 2.0 * row[k]);
                block.counts.worst_error = std::max(block.counts.worst_error, 2.0 * error[k]);
            }
        }
        return block;
    }

private:
    LearningProblem problem_;
    FlowQuadrature quadrature_;
    std::vector<double> optimum_;
};

}  // namespace

MadeRoute make_quadrature_route(const LearningProblem& problem) {
    return std::unique_ptr<const VarianceRoute>(std::make_unique<QuadratureRoute>(problem));
}

std::vector<double> limit_variances(const LearningProblem& problem) {
    const std::size_t modes = problem.network->modes();
    std::vector<double> limit(modes);
    std::vector<double> error(modes);
    const FlowQuadrature quadrature(problem.objective, problem.noise, problem.data);
    const auto integrand = [&](const model::NoiseTerms& at, std::span<double> value) {
        problem.network->limit_deviations(at, {0, modes}, value);
        for (double& v : value) v *= at.gain;
    };
    quadrature.integrate(integrand, limit, error);
    for (std::size_t k = 0; k < modes; ++k) {
        const double lambda = problem.network->lambda()[k];
        limit[k] =
            std::exp(problem.objective.log_optimal_variance(lambda, problem.noise, problem.data) + 2.0 * limit[k]);
    }
    return limit;
}

}  // namespace eigenflow::dynamics

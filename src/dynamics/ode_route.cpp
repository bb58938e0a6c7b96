#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "eigenflow/dynamics/gradient_flow.hpp"
#include "eigenflow/numerics/ode.hpp"
#include "routes.hpp"

namespace eigenflow::dynamics {
namespace {

/// The probability flow, and where `trains` the gradient flow too, by Boost.Odeint: d ln λ̃(τ_i)/dx = 2 (rate of the
/// optimum + gain (w(τ_i) − w*)) for all τ_i at once, and in every evaluation of that right-hand side the gradient flow
/// of the weight from τ = 0 through all τ_i.
class OdeRoute final : public VarianceRoute {
public:
    OdeRoute(LearningProblem problem, bool trains) : problem_(std::move(problem)), trains_(trains) {}

    std::string_view name() const override { return trains_ ? "ode" : "flow-ode"; }

    VarianceBlock variances(std::span<const double> tau, model::ModeRange modes) const override {
        VarianceBlock block;
        block.variance.resize(tau.size() * modes.count, std::numeric_limits<double>::quiet_NaN());
        for (std::size_t k = 0; k < modes.count; ++k) {
            std::vector<double> log_variance(tau.size());
            integrate_mode(modes.first + k, tau, log_variance, block);
            for (std::size_t i = 0; i < tau.size(); ++i) {
                block.variance[i * modes.count + k] = std::exp(log_variance[i]);
            }
        }
        return block;
    }

private:
    void integrate_mode(std::size_t mode, std::span<const double> tau, std::span<double> log_variance,
                        VarianceBlock& block) const {
        const model::Objective& objective = problem_.objective;
        const double lambda = problem_.network->lambda()[mode];
        GradientFlowPath inner{std::vector<double>(tau.size()), numerics::OdeExit::finished, 0.0, 0, 0};
        numerics::OdeExit weight_exit = numerics::OdeExit::finished;
        double weight_tau = 0.0;
        const auto flow = [&](std::span<const double>, std::span<double> slope, double x) {
            const model::PathPoint p = objective.path().at(objective.path().level(x));
            const model::NoiseTerms at = objective.at(objective.path().level(x));
            const double variance = p.a * p.a * lambda + p.s * p.s;
            const double optimum = (at.m0 + at.m1 * lambda) / (at.h0 + at.h1 * lambda);
            const double optimal_rate =
                (p.a * p.da * lambda + p.s * p.ds) / variance * objective.path().stretch(NoiseLevel(at.t));
            train(mode, at, tau, inner);
            block.counts.steps += inner.steps;
            block.counts.evaluations += inner.evaluations;
            if (!numerics::good(inner.exit) && numerics::good(weight_exit)) {
                weight_exit = inner.exit;
                weight_tau = inner.failed_at;
            }
            for (std::size_t i = 0; i < slope.size(); ++i) {
                slope[i] = 2.0 * (optimal_rate + at.gain * (inner.weight[i] - optimum));
            }
        };
        const double start = objective.path().coordinate(problem_.noise);
        const double end = objective.path().coordinate(problem_.data);
        std::fill(log_variance.begin(), log_variance.end(),
                  std::log(objective.path().initial_variance(problem_.noise)));
        const numerics::OdeOptions options{.relative_tolerance = 1e-10, .absolute_tolerance = 1e-10};
        const numerics::OdeResult result = numerics::integrate(flow, log_variance, start, end, options);
        block.counts.steps += result.accepted + result.rejected;
        const double scale = objective.path().at(problem_.data).a;
        for (double& v : log_variance) v -= 2.0 * std::log(scale);
        if (numerics::good(result.exit) && numerics::good(weight_exit)) return;
        const bool weight_failed = !numerics::good(weight_exit);
        const std::string reason(numerics::name_of(weight_failed ? weight_exit : result.exit));
        const std::string where = weight_failed ? "gradient flow at tau = " + std::to_string(weight_tau)
                                                : "probability flow at coordinate " + std::to_string(result.t);
        std::fill(log_variance.begin(), log_variance.end(), std::numeric_limits<double>::quiet_NaN());
        block.failures.push_back({mode, weight_failed ? weight_tau : tau.back(), where + ": " + reason});
    }

    void train(std::size_t mode, const model::NoiseTerms& at, std::span<const double> tau,
               GradientFlowPath& out) const {
        if (trains_) return solve_gradient_flow(*problem_.network, mode, at, problem_.learning_rate, tau, out);
        for (std::size_t i = 0; i < tau.size(); ++i) {
            const model::EtaTau eta_tau = problem_.eta_tau(TrainingTime(tau[i]));
            problem_.network->weights(at, eta_tau, {mode, 1}, std::span(out.weight).subspan(i, 1));
        }
    }

    LearningProblem problem_;
    bool trains_;
};

}  // namespace

MadeRoute make_ode_route(const LearningProblem& problem) {
    return std::unique_ptr<const VarianceRoute>(std::make_unique<OdeRoute>(problem, true));
}

MadeRoute make_flow_ode_route(const LearningProblem& problem) {
    return std::unique_ptr<const VarianceRoute>(std::make_unique<OdeRoute>(problem, false));
}

}  // namespace eigenflow::dynamics

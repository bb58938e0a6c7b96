#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/dynamics/gradient_flow.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/numerics/ode.hpp"
#include "routes.hpp"

namespace eigenflow::dynamics {
namespace {

/// The probability flow by Boost.Odeint, d ln λ̃(τ_i)/d(coordinate) = 2 d ln x/d(coordinate) for all τ_i at once; in
/// every evaluation of that right-hand side the weights are trained from τ = 0 through all τ_i, by Odeint too or as
/// `trained`. A time that the weights of some noise level do not reach fails from there on; earlier ones stay good.
class OdeRoute final : public VarianceRoute {
public:
    /// Without `trained` the gradient flow is integrated as well.
    OdeRoute(LearningProblem problem, std::shared_ptr<const TrainedWeights> trained)
        : problem_(std::move(problem)), trained_(std::move(trained)) {}

    std::string_view name() const override { return trained_ ? "flow-ode" : "ode"; }

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

    std::vector<double> limit_variances() const override { return exact_limit_variances(problem_); }

private:
    void integrate_mode(std::size_t mode, std::span<const double> tau, std::span<double> log_variance,
                        VarianceBlock& block) const {
        const model::Objective& objective = problem_.objective;
        GradientFlowPath inner{std::vector<double>(tau.size()), numerics::OdeExit::finished, 0.0, 0, 0};
        std::size_t good = tau.size();  // times that every noise level so far has a weight for; the others stand still
        std::string reason;
        const auto flow = [&](std::span<const double>, std::span<double> slope, double x) {
            const model::NoiseTerms at = objective.at_coordinate(x);
            train(mode, at, tau.first(good), inner);
            block.counts.steps += inner.steps;
            block.counts.evaluations += inner.evaluations;
            const auto bad =
                std::find_if_not(inner.weight.begin(), inner.weight.begin() + static_cast<std::ptrdiff_t>(good),
                                 [](double w) { return std::isfinite(w); });
            if (const auto reached = static_cast<std::size_t>(bad - inner.weight.begin()); reached < good) {
                good = reached;
                reason = "gradient flow at tau = " + shortest_text(inner.failed_at) + ", noise level " +
                         shortest_text(at.t) + ": " + std::string(numerics::name_of(inner.exit));
            }
            std::fill(slope.begin(), slope.end(), 0.0);
            for (std::size_t i = 0; i < good; ++i) {
                slope[i] = 2.0 * (at.rate_start + at.rate_gain * inner.weight[i]) * at.stretch;
            }
        };
        const double start = objective.path().coordinate(problem_.noise);
        const double end = objective.path().coordinate(problem_.data);
        std::fill(log_variance.begin(), log_variance.end(),
                  std::log(objective.path().initial_variance(problem_.noise)));
        // The first step of a piece is small: a turn right behind its start would else fall between the stages of one.
        const numerics::OdeOptions options{
            .relative_tolerance = 1e-10, .absolute_tolerance = 1e-10, .first_step = 1e-6};
        // In pieces of length 2: a free step sizes itself by the still wings of a path and jumps over its middle.
        const auto pieces = static_cast<int>(std::ceil(0.5 * std::abs(end - start)));
        numerics::OdeResult result;
        for (int p = 0; p < pieces && numerics::good(result.exit); ++p) {
            const double from = start + (end - start) * p / pieces;
            const double to = p + 1 == pieces ? end : start + (end - start) * (p + 1) / pieces;
            result = numerics::integrate(flow, log_variance, from, to, options);
            block.counts.steps += result.accepted + result.rejected;
        }
        const double scale = objective.path().at(problem_.data).a;
        for (double& v : log_variance) v -= 2.0 * std::log(scale);
        if (!numerics::good(result.exit)) {
            good = 0;
            reason = "probability flow at coordinate " + shortest_text(result.t) + ": " +
                     std::string(numerics::name_of(result.exit));
        }
        if (good == tau.size()) return;
        std::fill(log_variance.begin() + static_cast<std::ptrdiff_t>(good), log_variance.end(),
                  std::numeric_limits<double>::quiet_NaN());
        block.failures.push_back({mode, tau[good], reason});
    }

    void train(std::size_t mode, const model::NoiseTerms& at, std::span<const double> tau,
               GradientFlowPath& out) const {
        if (!trained_) return solve_gradient_flow(*problem_.network, mode, at, problem_.learning_rate, tau, out);
        trained_->weights(at, tau, {mode, 1}, out.weight);
    }

    LearningProblem problem_;
    std::shared_ptr<const TrainedWeights> trained_;
};

}  // namespace

MadeRoute make_ode_route(const LearningProblem& problem) {
    return std::unique_ptr<const VarianceRoute>(std::make_unique<OdeRoute>(problem, nullptr));
}

MadeRoute make_flow_ode_route(const LearningProblem& problem) {
    auto trained = make_trained_weights(problem);
    if (!trained) return trained.error();
    return std::unique_ptr<const VarianceRoute>(std::make_unique<OdeRoute>(problem, std::move(*trained)));
}

}  // namespace eigenflow::dynamics

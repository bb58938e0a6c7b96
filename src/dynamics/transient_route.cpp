#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <mutex>
#include <utility>

#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "routes.hpp"

namespace eigenflow::dynamics {
namespace {

/// ∫ d_i(τ) over the noise levels, for every time and transient.
struct Integrals {
    std::vector<double> tau;
    std::vector<double> value;  // [time * transients + i]
    std::vector<double> error;
    std::size_t evaluations = 0;
};

/// T-11 of a network whose modes share a few transients, w(τ) = w(∞) + Σ_i d_i(τ) r_ik (T-8). The integral is linear:
///
///     ln λ̃_k(τ) = ln λ̃_k(∞) + 2 Σ_i r_ik ∫ r1 c_out c_in d_i(τ) dt
///
/// so that 13 functions are integrated for 1024 modes (5 × 5 taps on 32 × 32 pixels: 60 times as fast). Error estimates
/// add up by |r_ik|.
class TransientRoute final : public VarianceRoute {
public:
    TransientRoute(LearningProblem problem, std::size_t max_panels)
        : problem_(std::move(problem)),
          quadrature_(problem_.objective, problem_.noise, problem_.data, {.max_panels = max_panels}) {
        const std::span<const double> lambda = problem_.network->lambda();
        log_limit_.resize(lambda.size());
        limit_error_.resize(lambda.size());
        quadrature_.integrate(
            [&](const model::NoiseTerms& at, std::span<double> value) {
                problem_.network->limit_deviations(at, {0, value.size()}, value);
                for (double& v : value) v *= at.rate_gain * at.stretch;
            },
            log_limit_, limit_error_);
        for (std::size_t k = 0; k < lambda.size(); ++k) {
            const double optimum = problem_.objective.log_optimal_variance(lambda[k], problem_.noise, problem_.data);
            log_limit_[k] = optimum + 2.0 * log_limit_[k];
        }
    }

    std::string_view name() const override { return "quadrature"; }

    VarianceBlock variances(std::span<const double> tau, model::ModeRange modes) const override {
        const std::shared_ptr<const Integrals> integrals = integrals_at(tau);
        const std::span<const double> response = problem_.network->responses();
        const std::size_t transients = problem_.network->transients();
        VarianceBlock block;
        block.variance.resize(tau.size() * modes.count);
        block.error.resize(block.variance.size());
        if (modes.first == 0) block.counts.evaluations = integrals->evaluations;  // once, whoever computed them
        for (std::size_t i = 0; i < tau.size(); ++i) {
            double* sum = block.variance.data() + i * modes.count;
            double* error = block.error.data() + i * modes.count;
            for (std::size_t d = 0; d < transients; ++d) {
                const double value = integrals->value[i * transients + d];
                const double uncertain = integrals->error[i * transients + d];
                const double* row = response.data() + d * problem_.network->modes() + modes.first;
                for (std::size_t k = 0; k < modes.count; ++k) sum[k] += value * row[k];
                for (std::size_t k = 0; k < modes.count; ++k) error[k] += uncertain * std::abs(row[k]);
            }
            for (std::size_t k = 0; k < modes.count; ++k) {
                sum[k] = std::exp(log_limit_[modes.first + k] + 2.0 * sum[k]);
                error[k] = 2.0 * (error[k] + limit_error_[modes.first + k]);
                // An estimate of NaN is none: no bound is known.
                if (std::isnan(error[k])) error[k] = std::numeric_limits<double>::infinity();
                if (std::isfinite(sum[k])) block.counts.worst_error = std::max(block.counts.worst_error, error[k]);
            }
        }
        return block;
    }

    std::vector<double> limit_variances() const override {
        std::vector<double> limit;
        for (const double v : log_limit_) limit.push_back(std::exp(v));
        return limit;
    }

private:
    // Every block of modes asks for the same times. What is found is what would be computed.
    std::shared_ptr<const Integrals> integrals_at(std::span<const double> tau) const {
        constexpr std::size_t kept = 8;
        const auto matches = [&](const auto& known) {
            return std::equal(known->tau.begin(), known->tau.end(), tau.begin(), tau.end());
        };
        {
            const std::scoped_lock lock(mutex_);
            const auto found = std::find_if(latest_.begin(), latest_.end(), matches);
            if (found != latest_.end()) return *found;
        }
        auto made = std::make_shared<const Integrals>(integrate(tau));
        const std::scoped_lock lock(mutex_);
        if (latest_.size() == kept) latest_.pop_front();
        latest_.push_back(made);
        return made;
    }

    Integrals integrate(std::span<const double> tau) const {
        const std::size_t transients = problem_.network->transients();
        Integrals out{{tau.begin(), tau.end()}, {}, {}, 0};
        out.value.resize(tau.size() * transients);
        out.error.resize(out.value.size());
        std::vector<model::TrainingClock> clocks;
        for (const double time : tau) clocks.push_back(problem_.clock(TrainingTime(time)));
        const std::size_t at_once = std::max<std::size_t>(1, 1024 / transients);
        for (std::size_t first = 0; first < tau.size(); first += at_once) {
            const std::size_t times = std::min(at_once, tau.size() - first);
            out.evaluations += quadrature_.integrate_groups(
                [&](const model::NoiseTerms& at, FlowQuadrature::Groups groups, std::span<double> value) {
                    const auto wanted = std::span(clocks).subspan(first + groups.first, groups.count);
                    problem_.network->transient_curves(at, wanted, value);
                    for (double& v : value) v *= at.rate_gain * at.stretch;
                },
                times, std::span(out.value).subspan(first * transients, times * transients),
                std::span(out.error).subspan(first * transients, times * transients));
        }
        return out;
    }

    LearningProblem problem_;
    FlowQuadrature quadrature_;
    std::vector<double> log_limit_;
    std::vector<double> limit_error_;
    mutable std::mutex mutex_;
    mutable std::deque<std::shared_ptr<const Integrals>> latest_;
};

}  // namespace

std::unique_ptr<const VarianceRoute> make_transient_route(const LearningProblem& problem, std::size_t max_panels) {
    if (problem.network->transients() == 0 || problem.coupling != Coupling::independent) return nullptr;
    const std::span<const double> lambda = problem.network->lambda();
    const bool finite = std::all_of(lambda.begin(), lambda.end(), [&](double v) {
        return std::isfinite(problem.objective.log_optimal_variance(v, problem.noise, problem.data));
    });
    if (!finite) return nullptr;  // there the rate itself is integrated, mode by mode
    return std::make_unique<TransientRoute>(problem, max_panels);
}

}  // namespace eigenflow::dynamics

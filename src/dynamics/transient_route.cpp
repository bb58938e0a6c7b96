#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>
#include <mutex>
#include <utility>

#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "eigenflow/numerics/exponential.hpp"
#include "routes.hpp"
#include "shared_work.hpp"

namespace eigenflow::dynamics {
namespace {

/// ∫ d_i(τ) over the noise levels, for every time and transient; made in parts by all who ask for it.
struct Integrals {
    explicit Integrals(std::span<const double> times) : tau(times.begin(), times.end()) {}

    const std::vector<double> tau;
    std::vector<double> value;  // [time * transients + i], of the times that have any
    std::vector<double> error;
    std::size_t moving = 0;  // times, from the first, of which a transient is left; later ones are 0
    SharedWork work;         // its total counts evaluations
};

// Eight at a time: one largest would wait for every comparison.
double worst_of_finite(const VarianceBlock& block) {
    constexpr std::size_t lanes = 8;
    std::array<double, lanes> worst{};
    const auto compare = [&](std::size_t i, double& largest) {
        const double error = std::abs(block.variance[i]) <= std::numeric_limits<double>::max() ? block.error[i] : 0.0;
        largest = error > largest ? error : largest;
    };
    std::size_t i = 0;
    for (; i + lanes <= block.variance.size(); i += lanes) {
        for (std::size_t j = 0; j < lanes; ++j) compare(i + j, worst[j]);
    }
    for (; i < block.variance.size(); ++i) compare(i, worst[0]);
    return *std::max_element(worst.begin(), worst.end());
}

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
        VarianceBlock block;
        block.variance.resize(tau.size() * modes.count);
        block.error.resize(block.variance.size());
        if (modes.first == 0) block.counts.evaluations = integrals->work.total();  // once, whoever computed them
        for (std::size_t i = 0; i < tau.size(); ++i) {
            const auto log_variance = std::span(block.variance).subspan(i * modes.count, modes.count);
            const auto error = std::span(block.error).subspan(i * modes.count, modes.count);
            if (i < integrals->moving) superpose(*integrals, i, modes.first, log_variance, error);
            for (std::size_t k = 0; k < modes.count; ++k) {
                log_variance[k] = log_limit_[modes.first + k] + 2.0 * log_variance[k];
                const double bound = 2.0 * (error[k] + limit_error_[modes.first + k]);
                // An estimate of NaN is none: no bound is known.
                error[k] = std::isnan(bound) ? std::numeric_limits<double>::infinity() : bound;
            }
        }
        numerics::exponentials_to_denormal(block.variance);
        block.counts.worst_error = worst_of_finite(block);
        return block;
    }

    std::vector<double> limit_variances() const override {
        std::vector<double> limit = log_limit_;
        numerics::exponentials_to_denormal(limit);
        return limit;
    }

private:
    /// Σ_i ∫ d_i r_ik of the modes from `first` on, into zeros, and Σ_i |r_ik| times the estimates of error.
    void superpose(const Integrals& integrals, std::size_t time, std::size_t first, std::span<double> sum,
                   std::span<double> error) const {
        const std::span<const double> response = problem_.network->responses();
        const std::size_t transients = problem_.network->transients();
        for (std::size_t d = 0; d < transients; ++d) {
            const double value = integrals.value[time * transients + d];
            const double uncertain = integrals.error[time * transients + d];
            const double* row = response.data() + d * problem_.network->modes() + first;
            for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += value * row[k];
            for (std::size_t k = 0; k < sum.size(); ++k) error[k] += uncertain * std::abs(row[k]);
        }
    }

    // Every block of modes asks for the same times: threads that come while they are made help. What is found is what
    // would be computed.
    std::shared_ptr<const Integrals> integrals_at(std::span<const double> tau) const {
        constexpr std::size_t kept = 8;
        const auto matches = [&](const auto& known) {
            return std::equal(known->tau.begin(), known->tau.end(), tau.begin(), tau.end());
        };
        std::shared_ptr<Integrals> shared;
        {
            const std::scoped_lock lock(mutex_);
            const auto found = std::find_if(latest_.begin(), latest_.end(), matches);
            if (found != latest_.end()) {
                shared = *found;
            } else {
                shared = std::make_shared<Integrals>(tau);
                if (latest_.size() == kept) latest_.pop_front();
                latest_.push_back(shared);
            }
        }
        const std::size_t transients = problem_.network->transients();
        const std::size_t at_once = std::max<std::size_t>(1, 256 / transients);
        std::vector<model::TrainingClock> clocks;
        for (const double time : tau) clocks.push_back(problem_.clock(TrainingTime(time)));
        const auto begin = [&] {
            shared->moving = times_in_motion(clocks);
            shared->value.resize(shared->moving * transients);
            shared->error.resize(shared->value.size());
            return (shared->moving + at_once - 1) / at_once;
        };
        shared->work.join(begin, [&](std::size_t part) {
            const std::size_t first = part * at_once;
            return integrate(std::span(clocks).subspan(first, std::min(at_once, shared->moving - first)), *shared,
                             first);
        });
        return shared;
    }

    /// Into the places of the times from `first` on. Returns evaluations.
    std::size_t integrate(std::span<const model::TrainingClock> clocks, Integrals& out, std::size_t first) const {
        const std::size_t transients = problem_.network->transients();
        return quadrature_.integrate_groups(
            [&](const model::NoiseTerms& at, FlowQuadrature::Groups groups, std::span<double> value) {
                problem_.network->transient_curves(at, clocks.subspan(groups.first, groups.count), value);
                for (double& v : value) v *= at.rate_gain * at.stretch;
            },
            clocks.size(), std::span(out.value).subspan(first * transients, clocks.size() * transients),
            std::span(out.error).subspan(first * transients, clocks.size() * transients));
    }

    /// The first of the rising times from which on every transient is 0 at every node: it stays so.
    std::size_t times_in_motion(std::span<const model::TrainingClock> clocks) const {
        constexpr std::size_t few = 16;  // below, the search costs as much as it saves
        if (clocks.size() < few) return clocks.size();
        std::vector<double> integral(problem_.network->transients()), error(integral.size());
        const auto moves = [&](const model::TrainingClock& clock) {
            bool any = false;
            quadrature_.integrate(
                [&](const model::NoiseTerms& at, std::span<double> value) {
                    problem_.network->transient_curves(at, std::span(&clock, 1), value);
                    any = any || std::any_of(value.begin(), value.end(), [](double v) { return v != 0.0; });
                },
                integral, error);
            return any;
        };
        return static_cast<std::size_t>(std::partition_point(clocks.begin(), clocks.end(), moves) - clocks.begin());
    }

    LearningProblem problem_;
    FlowQuadrature quadrature_;
    std::vector<double> log_limit_;
    std::vector<double> limit_error_;
    mutable std::mutex mutex_;
    mutable std::deque<std::shared_ptr<Integrals>> latest_;
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

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
#include "row_route.hpp"
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
double worst_of_finite(std::span<const double> variance, std::span<const double> error) {
    constexpr std::size_t lanes = 8;
    std::array<double, lanes> worst{};
    const auto compare = [&](std::size_t i, double& largest) {
        const double known = std::abs(variance[i]) <= std::numeric_limits<double>::max() ? error[i] : 0.0;
        largest = known > largest ? known : largest;
    };
    std::size_t i = 0;
    for (; i + lanes <= variance.size(); i += lanes) {
        for (std::size_t j = 0; j < lanes; ++j) compare(i + j, worst[j]);
    }
    for (; i < variance.size(); ++i) compare(i, worst[0]);
    return *std::max_element(worst.begin(), worst.end());
}

/// T-11 of a network whose modes share a few transients, w(τ) = w(∞) + Σ_i d_i(τ) r_ik (T-8). The integral is linear:
///
///     ln λ̃_k(τ) = ln λ̃_k(∞) + 2 Σ_i r_ik ∫ r1 c_out c_in d_i(τ) dt
///
/// so that 13 functions are integrated for 1024 modes (5 × 5 taps on 32 × 32 pixels: 60 times as fast). Error estimates
/// add up by |r_ik|. Since w_k(∞) = Σ_i φ(μ_i) v_i r_ik, and L(λ) = ln λ̃ of the optimum φ is in closed form (T-15),
///
///     ln λ̃_k(∞) = Σ_i v_i r_ik L(μ_i)
///
/// without any integral. Its error is that of the sum, and of the μ_i.
class TransientRoute final : public RowRoute {
public:
    /// @param log_optimum  L(μ_i), finite
    TransientRoute(LearningProblem problem, std::size_t max_panels, std::span<const double> log_optimum)
        : problem_(std::move(problem)),
          quadrature_(problem_.objective, problem_.noise, problem_.data, {.max_panels = max_panels}),
          log_limit_(problem_.network->modes(), log_optimum.front()),
          limit_error_(problem_.network->modes(), std::abs(log_optimum.front())) {
        // L(μ_0) and differences from it, since the shares add up to 1 to rounding only.
        const std::span<const double> shares = problem_.network->transient_shares();
        for (std::size_t i = 1; i < log_optimum.size(); ++i) {
            const double c = shares[i] * (log_optimum[i] - log_optimum.front());
            const double* row = problem_.network->responses().data() + i * log_limit_.size();
            for (std::size_t k = 0; k < log_limit_.size(); ++k) log_limit_[k] += c * row[k];
            for (std::size_t k = 0; k < log_limit_.size(); ++k) limit_error_[k] += std::abs(c * row[k]);
        }
        add_rounded_variances();
        // 4 ε of the terms.
        for (double& error : limit_error_) error *= 4.0 * std::numeric_limits<double>::epsilon();
    }

    std::string_view name() const override { return "quadrature"; }

    bool estimates() const override { return true; }

    RouteCounts write(std::span<const double> tau, model::ModeRange modes, TableRows rows) const override {
        const std::shared_ptr<const Integrals> integrals = integrals_at(tau);
        RouteCounts counts;
        if (modes.first == 0) counts.evaluations = integrals->work.total();  // once, whoever computed them
        const std::size_t moving = integrals->moving;
        for (std::size_t i = 0; i < std::min(moving + 1, tau.size()); ++i) {
            const std::span log_variance(rows.variance + i * rows.stride, modes.count);
            const std::span error(rows.error + i * rows.stride, modes.count);
            if (i < moving) superpose(*integrals, i, modes.first, log_variance, error);
            for (std::size_t k = 0; k < modes.count; ++k) {
                log_variance[k] = log_limit_[modes.first + k] + 2.0 * log_variance[k];
            }
            numerics::exponentials_to_denormal(log_variance);
            for (std::size_t k = 0; k < modes.count; ++k) {
                const double bound = limit_error_[modes.first + k] + 2.0 * error[k];
                // An estimate of NaN is none: no bound is known.
                error[k] = std::isnan(bound) ? std::numeric_limits<double>::infinity() : bound;
            }
            counts.worst_error = std::max(counts.worst_error, worst_of_finite(log_variance, error));
        }
        // All that comes later is the limit, which the first of them holds.
        for (double* row : {rows.variance + moving * rows.stride, rows.error + moving * rows.stride}) {
            for (std::size_t i = moving + 1; i < tau.size(); ++i) {
                std::copy_n(row, modes.count, row + (i - moving) * rows.stride);
            }
        }
        return counts;
    }

    std::vector<double> limit_variances() const override {
        std::vector<double> limit = log_limit_;
        numerics::exponentials_to_denormal(limit);
        return limit;
    }

private:
    /// As eigenvalues the μ_i are known to ε of the largest, which moves L(μ_i) by its slope at the data end, 1/(μ_i +
    /// s²/a²), times that: more than the sum's rounding where the patch has directions of hardly any variance.
    void add_rounded_variances() {
        const std::span<const double> variances = problem_.network->transient_variances();
        const std::span<const double> shares = problem_.network->transient_shares();
        const double largest = *std::max_element(variances.begin(), variances.end());
        const model::PathPoint end = problem_.objective.path().at(problem_.data);
        for (std::size_t i = 0; i < variances.size(); ++i) {
            const double moved = shares[i] * largest / (variances[i] + end.s * end.s / (end.a * end.a));
            const double* row = problem_.network->responses().data() + i * limit_error_.size();
            for (std::size_t k = 0; k < limit_error_.size(); ++k) limit_error_[k] += std::abs(moved * row[k]);
        }
    }

    /// Σ_i ∫ d_i r_ik of the modes from `first` on, into zeros, and Σ_i |r_ik| times the estimates of error. Four
    /// transients in one pass over the modes, in order.
    void superpose(const Integrals& integrals, std::size_t time, std::size_t first, std::span<double> sum,
                   std::span<double> error) const {
        const std::size_t transients = problem_.network->transients();
        const std::size_t modes = problem_.network->modes();
        const double* value = integrals.value.data() + time * transients;
        const double* uncertain = integrals.error.data() + time * transients;
        const double* row = problem_.network->responses().data() + first;
        std::size_t d = 0;
        for (; d + 4 <= transients; d += 4, row += 4 * modes) {
            const double v0 = value[d], v1 = value[d + 1], v2 = value[d + 2], v3 = value[d + 3];
            const double u0 = uncertain[d], u1 = uncertain[d + 1], u2 = uncertain[d + 2], u3 = uncertain[d + 3];
            for (std::size_t k = 0; k < sum.size(); ++k) {
                const double r0 = row[k], r1 = row[k + modes], r2 = row[k + 2 * modes], r3 = row[k + 3 * modes];
                sum[k] = sum[k] + v0 * r0 + v1 * r1 + v2 * r2 + v3 * r3;
                error[k] = error[k] + u0 * std::abs(r0) + u1 * std::abs(r1) + u2 * std::abs(r2) + u3 * std::abs(r3);
            }
        }
        for (; d < transients; ++d, row += modes) {
            for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += value[d] * row[k];
            for (std::size_t k = 0; k < sum.size(); ++k) error[k] += uncertain[d] * std::abs(row[k]);
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
        const std::size_t at_once = std::max<std::size_t>(1, 128 / transients);
        std::vector<model::TrainingClock> clocks;
        for (const double time : tau) clocks.push_back(problem_.clock(TrainingTime(time)));
        const auto begin = [&] {
            shared->moving = times_in_motion(clocks, at_once);
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

    /// A number of the rising times after which every transient is 0 at every node: it stays so. A multiple of `step`,
    /// since what is 0 is integrated fast.
    std::size_t times_in_motion(std::span<const model::TrainingClock> clocks, std::size_t step) const {
        if (clocks.size() <= 2 * step) return clocks.size();  // the search costs as much as it saves
        std::vector<double> integral(problem_.network->transients()), error(integral.size());
        const auto moves = [&](const model::TrainingClock& clock) {
            bool any = false;
            quadrature_.integrate(
                [&](const model::NoiseTerms& at, std::span<double> value) {
                    problem_.network->transient_curves(at, std::span(&clock, 1), value);
                    any = any || std::any_of(value.begin(), value.end(), [](double v) { return v != 0.0; });
                    std::fill(value.begin(), value.end(), 0.0);  // nothing to bisect
                },
                integral, error);
            return any;
        };
        std::size_t still = (clocks.size() + step - 1) / step;  // the steps that begin there move no more
        std::size_t moving = 0;
        while (moving < still) {
            const std::size_t middle = (moving + still) / 2;
            if (moves(clocks[middle * step])) {
                moving = middle + 1;
            } else {
                still = middle;
            }
        }
        return std::min(moving * step, clocks.size());
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
    std::vector<double> log_optimum;
    for (const double variance : problem.network->transient_variances()) {
        log_optimum.push_back(problem.objective.log_optimal_variance(variance, problem.noise, problem.data));
    }
    const bool finite =
        std::all_of(log_optimum.begin(), log_optimum.end(), [](double log) { return std::isfinite(log); });
    if (!finite) return nullptr;  // there the rate itself is integrated, mode by mode
    return std::make_unique<TransientRoute>(problem, max_panels, log_optimum);
}

}  // namespace eigenflow::dynamics

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/dynamics/variance_table.hpp"
#include "routes.hpp"
#include "turning_point.hpp"

namespace eigenflow::dynamics {
namespace {

/// T-11 relative to the optimum:  ln λ̃ = ln λ̃(w*) + 2 ∫ r1 c_out c_in (w − w*) dt, with ln λ̃(w*) in closed form
/// (T-15). Only the deviation is integrated, so a trained mode is exact, and 1 − w never cancels.
/// A mode without variance on a path that ends at s = 0 has no ln λ̃(w*): there the rate itself is integrated.
class QuadratureRoute final : public SmoothRoute {
public:
    QuadratureRoute(LearningProblem problem, std::shared_ptr<const TrainedWeights> trained, std::size_t max_panels)
        : problem_(std::move(problem)),
          trained_(std::move(trained)),
          max_panels_(max_panels),
          quadrature_(problem_.objective, problem_.noise, problem_.data,
                      {.max_panels = max_panels, .panel_width = problem_.network->is_linear() ? wide : narrow}) {
        const model::NoisePath& path = problem_.objective.path();
        start_ = std::log(path.initial_variance(problem_.noise));
        for (const double lambda : problem_.network->lambda()) {
            optimum_.push_back(log_reference(lambda));
            turning_points_.push_back(turning_point(problem_, lambda));
        }
    }

    std::string_view name() const override { return "quadrature"; }

    VarianceBlock variances(std::span<const double> tau, model::ModeRange modes) const override {
        VarianceBlock block;
        block.variance.resize(tau.size() * modes.count);
        block.error.resize(block.variance.size());
        block.counts = deviations(tau, modes, block.variance, block.error);
        exponentiate(modes, block.variance);
        for (std::size_t i = 0; i < block.variance.size(); ++i) {
            if (!std::isfinite(block.variance[i])) continue;
            block.counts.worst_error = std::max(block.counts.worst_error, block.error[i]);
        }
        return block;
    }

    double log_reference(double lambda) const override {
        return problem_.objective.log_optimal_variance(lambda, problem_.noise, problem_.data);
    }

    bool sweeps() const override { return trained_->sweeps(); }

    std::unique_ptr<const SmoothRoute> at_variances(std::span<const double> lambda, std::size_t like) const override {
        LearningProblem problem = problem_;
        problem.network = problem_.network->at_variances(lambda, like);
        if (!problem.network) return nullptr;
        auto trained = make_trained_weights(problem);
        if (!trained) return nullptr;
        return std::make_unique<QuadratureRoute>(std::move(problem), std::move(*trained), max_panels_);
    }

    // Relative to start_ where a mode has no reference.
    RouteCounts deviations(std::span<const double> tau, model::ModeRange modes, std::span<double> log_deviation,
                           std::span<double> error) const override {
        if (modes.count > 1 && turns(modes)) return one_by_one(tau, modes, log_deviation, error);
        RouteCounts counts;
        // Times share panels only where they must: a weight that turns sharply does so at another noise level at every
        // time, and each would pay for the panels of all (one mode of depth 3, 300 times: 0.5 s apart, 23 s together).
        // Where they need not, they are groups of one call, as many as its buffers fit the level 2 cache with.
        const bool sweeps = trained_->sweeps();
        const std::size_t at_once =
            sweeps ? tau.size() : std::min(tau.size(), std::max<std::size_t>(1, functions_at_once / modes.count));
        for (std::size_t i = 0; i < tau.size(); i += at_once) {
            const std::size_t times = std::min(at_once, tau.size() - i);
            const std::size_t first = i * modes.count, count = times * modes.count;
            integrate(
                modes, sweeps ? 1 : times, log_deviation.subspan(first, count), error.subspan(first, count), counts,
                [&](const model::NoiseTerms& at, FlowQuadrature::Groups groups, std::span<double> deviation) {
                    const auto wanted = sweeps ? tau.subspan(i, times) : tau.subspan(i + groups.first, groups.count);
                    trained_->deviations(at, wanted, modes, deviation);
                });
        }
        return counts;
    }

    std::vector<double> limit_variances() const override {
        std::vector<double> limit(problem_.network->modes());
        const std::size_t at_once = turns({0, limit.size()}) ? 1 : limit.size();
        std::vector<double> error(limit.size());
        RouteCounts counts;
        for (std::size_t k = 0; k < limit.size(); k += at_once) {
            const model::ModeRange modes{k, at_once};
            integrate(modes, 1, std::span(limit).subspan(k, at_once), std::span(error).subspan(k, at_once), counts,
                      [&](const model::NoiseTerms& at, FlowQuadrature::Groups, std::span<double> deviation) {
                          trained_->limit_deviations(at, modes, deviation);
                      });
            exponentiate(modes, std::span(limit).subspan(k, at_once));
        }
        return limit;
    }

private:
    bool turns(model::ModeRange modes) const {
        const auto first = turning_points_.begin() + static_cast<std::ptrdiff_t>(modes.first);
        return std::any_of(first, first + static_cast<std::ptrdiff_t>(modes.count),
                           [](const std::optional<double>& x) { return x.has_value(); });
    }

    // Modes that turn sharply, each at a noise level of its own, need panels of their own.
    RouteCounts one_by_one(std::span<const double> tau, model::ModeRange modes, std::span<double> log_deviation,
                           std::span<double> error) const {
        RouteCounts counts;
        std::vector<double> of_mode(tau.size());
        std::vector<double> error_of_mode(tau.size());
        for (std::size_t k = 0; k < modes.count; ++k) {
            counts.evaluations += deviations(tau, {modes.first + k, 1}, of_mode, error_of_mode).evaluations;
            for (std::size_t i = 0; i < tau.size(); ++i) {
                log_deviation[i * modes.count + k] = of_mode[i];
                error[i * modes.count + k] = error_of_mode[i];
            }
        }
        return counts;
    }

    // ln λ̃ less its reference, or less start_ where there is none, becomes λ̃.
    void exponentiate(model::ModeRange modes, std::span<double> value) const {
        for (std::size_t i = 0; i < value.size(); ++i) {
            const double from = optimum_[modes.first + i % modes.count];
            value[i] = std::exp((std::isfinite(from) ? from : start_) + value[i]);
        }
    }

    // A relaxation turns as smoothly as its rate, and bisection finds where: 0.6 of the evaluations of narrow panels.
    static constexpr double wide = 1.34;
    static constexpr double narrow = FlowQuadrature::Options().panel_width;
    static constexpr std::size_t functions_at_once = 1024;  // 256: 1.2 times as slow; 4096: 1.1

    // log_deviation[i * modes.count + k] from the deviations of weights that `deviate` writes in the same order. Groups
    // choose their panels alone.
    template <class Deviate>
    void integrate(model::ModeRange modes, std::size_t groups, std::span<double> log_deviation, std::span<double> error,
                   RouteCounts& counts, const Deviate& deviate) const {
        const std::span<const double> lambda = problem_.network->lambda().subspan(modes.first, modes.count);
        const std::span<const double> optimum = std::span(optimum_).subspan(modes.first, modes.count);
        const bool singular = std::any_of(optimum.begin(), optimum.end(), [](double v) { return !std::isfinite(v); });
        const auto integrand = [&](const model::NoiseTerms& at, FlowQuadrature::Groups some, std::span<double> value) {
            deviate(at, some, value);
            const double gain = at.rate_gain * at.stretch;
            for (double& v : value) v *= gain;
            if (!singular) return;
            for (std::size_t i = 0; i < value.size(); ++i) {
                const std::size_t k = i % modes.count;
                if (std::isfinite(optimum[k])) continue;
                value[i] += (at.rate_start + at.rate_gain * at.optimum(lambda[k])) * at.stretch;
            }
        };
        const std::optional<double> turn = modes.count == 1 ? turning_points_[modes.first] : std::nullopt;
        counts.evaluations += turn ? FlowQuadrature(problem_.objective, problem_.noise, problem_.data,
                                                    {.max_panels = max_panels_, .turning_point = turn})
                                         .integrate_groups(integrand, groups, log_deviation, error)
                                   : quadrature_.integrate_groups(integrand, groups, log_deviation, error);
        for (std::size_t i = 0; i < log_deviation.size(); ++i) {
            log_deviation[i] *= 2.0;
            // An estimate of NaN is none: no bound is known.
            error[i] = std::isnan(error[i]) ? std::numeric_limits<double>::infinity() : 2.0 * error[i];
        }
    }

    LearningProblem problem_;
    std::shared_ptr<const TrainedWeights> trained_;
    std::size_t max_panels_;
    FlowQuadrature quadrature_;
    double start_;  // without − 2 ln a: it is needed where the path ends at s = 0, and a = 1 there
    std::vector<double> optimum_;
    std::vector<std::optional<double>> turning_points_;
};

}  // namespace

MadeRoute make_quadrature_route(const LearningProblem& problem, std::size_t max_panels) {
    if (auto shared = make_transient_route(problem, max_panels)) return shared;
    auto trained = make_trained_weights(problem);
    if (!trained) return trained.error();
    return std::unique_ptr<const VarianceRoute>(
        std::make_unique<QuadratureRoute>(problem, std::move(*trained), max_panels));
}

std::vector<double> exact_limit_variances(const LearningProblem& problem) {
    const auto route = make_quadrature_route(problem, SamplingSpec().max_panels);
    return route ? (*route)->limit_variances()
                 : std::vector<double>(problem.network->modes(), std::numeric_limits<double>::quiet_NaN());
}

}  // namespace eigenflow::dynamics

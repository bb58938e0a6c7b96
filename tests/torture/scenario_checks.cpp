#include "scenario_checks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eigenflow/core/shortest_text.hpp"

namespace eigenflow::torture {

using dynamics::Coupling;
using dynamics::TrainingRule;

std::string Case::at(std::size_t time, std::size_t mode) const {
    const auto init = problem.network->initial_weights();
    return scenario.text() + " mode=" + std::to_string(mode + 1) +
           " lambda=" + shortest_text(problem.network->lambda()[mode]) + " Q=" + shortest_text(init[mode]) +
           " tau=" + shortest_text(request.tau[time]);
}

std::string Case::at_level(std::size_t time, std::size_t mode, double noise_level) const {
    return at(time, mode) + " noise_level=" + shortest_text(noise_level);
}

double promises_missed(double variance, double expected_log) {
    const double promise = dynamics::log_variance_promise * std::max(1.0, std::abs(expected_log));
    return std::abs(std::log(variance) - expected_log) / promise;
}

void check_statuses(const Case& c, Record& record) {
    const auto& out = c.simulation.trajectories;
    const auto failed = [](const std::vector<dynamics::RouteFailure>& failures, std::size_t mode) {
        return std::any_of(failures.begin(), failures.end(), [&](const auto& f) { return f.mode == mode; });
    };
    const std::string silent = "a variance or weight that is not finite or negative without a status";
    for (std::size_t i = 0; i < out.times(); ++i) {
        for (std::size_t k = 0; k < out.modes(); ++k) {
            const double v = out.at(i, k);
            const bool good = std::isfinite(v) && v >= 0.0;
            record.count(std::string("variance: ") + (!good                          ? "failed"
                                                      : c.simulation.imprecise(i, k) ? "imprecise"
                                                                                     : "ok"));
            if (good || (std::isnan(v) && failed(c.simulation.failures, k))) {
                record.hold(silent);
            } else {
                record.refute(silent, [&] { return c.at(i, k); });
            }
        }
    }
    for (const auto& failure : c.simulation.failures) {
        constexpr double any = std::numeric_limits<double>::infinity();
        record.measure({"", c.simulation.solver, "failed: " + failure.reason.substr(0, 60), "modes", any}, 1.0,
                       [&] { return c.at(0, failure.mode) + " failed at tau=" + shortest_text(failure.tau); });
    }
    for (std::size_t row = 0; row < c.simulation.weights.size(); ++row) {
        const dynamics::WeightRecord w = c.simulation.weights[row];
        const bool good = std::isfinite(w.weight) && std::isfinite(w.optimal_weight);
        record.count(std::string("weight: ") + (good ? "ok" : "failed"));
        if (good || failed(c.simulation.weight_failures, w.mode)) {
            record.hold(silent);
        } else {
            record.refute(silent, [&] { return c.at_level(0, w.mode, w.noise_level); });
        }
    }
    for (const double v : c.simulation.loss) {
        record.count(std::string("loss: ") + (std::isfinite(v) && v >= 0.0 ? "ok" : "failed"));
    }
    for (const double v : out.limit) {
        record.count(std::string("limit: ") + (std::isfinite(v) && v >= 0.0 ? "ok" : "failed"));
    }
    for (const double v : c.simulation.exact_variance) {
        record.count(std::string("exact beside sampler: ") + (std::isfinite(v) && v >= 0.0 ? "ok" : "failed"));
    }
}

namespace {

/// By how much a series that should only go from its first to its last value goes back or beyond, in units of the
/// larger of the two times `precision`.
double backwards(std::span<const double> series, double end, double precision) {
    const double direction = end >= series.front() ? 1.0 : -1.0;
    double worst = 0.0;
    for (std::size_t i = 0; i < series.size(); ++i) {
        const double back = i == 0 ? 0.0 : direction * (series[i - 1] - series[i]);
        worst = std::max({worst, back, direction * (series[i] - end)});
    }
    const double size = std::max(std::abs(series.front()), std::abs(end));
    return worst == 0.0 ? 0.0 : worst / (precision * size);
}

void check_weights_approach(const Case& c, Record& record) {
    const std::size_t times = c.request.tau.size();
    const std::size_t modes = c.request.weight_modes.size();
    const std::size_t levels = c.request.noise_levels.size();
    // A weight shared by a kernel's modes is a sum of several that each go their way; descent may overshoot.
    if (!c.problem.network->trains_modes_alone() || c.scenario.rule != TrainingRule::gradient_flow) return;
    for (std::size_t level = 0; level < levels; ++level) {
        const model::NoiseTerms at = c.problem.objective.at(NoiseLevel(c.request.noise_levels[level]));
        for (std::size_t j = 0; j < modes; ++j) {
            const std::size_t mode = c.request.weight_modes[j];
            std::vector<double> series(times);
            for (std::size_t i = 0; i < times; ++i) {
                series[i] = c.simulation.weights.weight[c.simulation.weights.row(i, level, j)];
            }
            if (!std::all_of(series.begin(), series.end(), [](double w) { return std::isfinite(w); })) continue;
            double end = 0.0;
            c.problem.network->limit_deviations(at, {mode, 1}, {&end, 1});
            end += at.optimum(c.problem.network->lambda()[mode]);
            const bool shared = c.scenario.coupling == Coupling::shared;
            if (shared) end = series.back();  // towards the average's optimum
            record.measure({"T-2", c.scenario.network.architecture, "weight goes towards its end and not beyond",
                            "16 ulp of the larger end", 1.0},
                           backwards(series, end, 16.0 * std::numeric_limits<double>::epsilon()),
                           [&] { return c.at_level(times - 1, mode, c.request.noise_levels[level]); });
        }
    }
}

void check_loss_falls(const Case& c, Record& record) {
    // With one weight for all noise levels it is the average over training's levels that falls, not that of sampling's.
    if (c.scenario.coupling == Coupling::shared) return;
    const auto& loss = c.simulation.loss;
    double worst = 0.0;
    std::size_t place = 0;
    for (std::size_t i = 1; i < loss.size(); ++i) {
        const double back = (loss[i] - loss[i - 1]) / (1e-10 * loss.front());
        if (back > worst) place = i;
        worst = std::max(worst, back);
        if (!std::isfinite(loss[i])) return;
    }
    const bool flow = c.scenario.rule == TrainingRule::gradient_flow;
    record.measure({flow ? "T-2" : "T-10", c.scenario.network.architecture, "training loss falls",
                    "1e-10 of the loss at tau = 0", 2.0},
                   worst, [&] { return c.at(place, 0); });
}

// Where every weight of a mode moves one way, so does λ̃: on ve with target denoise ln λ̃ = 2 ln σ_T − 2∫(1 − w) d ln σ.
// w* falls with σ, so that Q ≤ w*(σ_T) or Q ≥ w*(σ_0) decide.
void check_variance_rises(const Case& c, Record& record) {
    const auto& s = c.scenario;
    if (!c.exact_sampling() || s.coupling == Coupling::shared || s.rule != TrainingRule::gradient_flow) return;
    if (s.objective.path != "ve" || s.objective.target != "denoise" || s.objective.preconditioning != "none") return;
    if (!c.problem.network->trains_modes_alone()) return;
    const auto& out = c.simulation.trajectories;
    for (std::size_t k = 0; k < out.modes(); ++k) {
        const double lambda = c.problem.network->lambda()[k];
        const double q = c.problem.network->initial_weights()[k];
        const bool rises = q <= lambda / (lambda + s.noise * s.noise);
        if (!rises && q < lambda / (lambda + s.data * s.data)) continue;
        double worst = 0.0;
        std::size_t place = 0;
        for (std::size_t i = 1; i < out.times(); ++i) {
            const double before = std::log(out.at(i - 1, k));
            const double now = std::log(out.at(i, k));
            if (!std::isfinite(now) || c.simulation.imprecise(i, k) || c.simulation.imprecise(i - 1, k)) continue;
            const double back =
                (rises ? before - now : now - before) / (dynamics::log_variance_promise * std::max(1.0, std::abs(now)));
            if (back > worst) place = i;
            worst = std::max(worst, back);
        }
        record.measure({"T-11", c.simulation.solver,
                        std::string("variance ") + (rises ? "rises from below" : "falls from above"), "promises", 1.0},
                       worst, [&] { return c.at(place, k); });
    }
}

}  // namespace

void check_monotone(const Case& c, Record& record) {
    check_weights_approach(c, record);
    check_loss_falls(c, record);
    check_variance_rises(c, record);
}

}  // namespace eigenflow::torture

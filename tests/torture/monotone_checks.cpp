#include "scenario_checks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"

namespace eigenflow::torture {

using dynamics::Coupling;
using dynamics::TrainingRule;

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

// The moments that weights are trained on at a noise level: with one weight for all of them their average.
std::optional<model::NoiseTerms> trained_on(const Case& c, double level) {
    if (c.scenario.coupling == Coupling::independent) return c.problem.objective.at(NoiseLevel(level));
    const auto average = dynamics::shared_terms(c.problem.objective);
    if (!average) return {};
    return *average;
}

/// Two weights of a series are each off by what T-4 promises, 8 ε, of depth ≥ 3 by what T-6 does, 80 ε: a step back of
/// twice that is no step. Steps back of the inverse table's 44 ε are seen where nothing is learned yet.
double precision_of(bool deep) { return 2.0 * (deep ? 80.0 : 8.0) * std::numeric_limits<double>::epsilon(); }

void check_weights_approach(const Case& c, Record& record) {
    const std::size_t times = c.request.tau.size();
    const std::size_t modes = c.request.weight_modes.size();
    // A weight shared by a kernel's modes is a sum of several that each go their way; descent may overshoot.
    if (!c.problem.network->trains_modes_alone() || c.scenario.rule != TrainingRule::gradient_flow) return;
    const bool deep = c.scenario.network.architecture == "deep" && c.scenario.network.depth > 2;
    const bool shared = c.scenario.coupling == Coupling::shared;
    for (std::size_t level = 0; level < c.request.noise_levels.size(); ++level) {
        const auto at = trained_on(c, c.request.noise_levels[level]);
        if (!at) return record.refute("a shared average where there is a simulation", [&] { return c.at(0, 0); });
        for (std::size_t j = 0; j < modes; ++j) {
            const std::size_t mode = c.request.weight_modes[j];
            std::vector<double> series(times);
            for (std::size_t i = 0; i < times; ++i) {
                series[i] = c.simulation.weights.weight[c.simulation.weights.row(i, level, j)];
            }
            if (!std::all_of(series.begin(), series.end(), [](double w) { return std::isfinite(w); })) continue;
            double end = 0.0;
            c.problem.network->limit_deviations(*at, {mode, 1}, {&end, 1});
            end += at->optimum(c.problem.network->lambda()[mode]);
            record.measure({"T-2", c.scenario.network.architecture,
                            std::string(shared ? "shared " : "") + "weight goes towards its end and not beyond",
                            deep ? "160 epsilon of the larger end" : "16 epsilon of the larger end", 1.0},
                           backwards(series, end, precision_of(deep)),
                           [&] { return c.at_level(times - 1, mode, c.request.noise_levels[level]); });
        }
    }
}

// Σ_k h (w_k − w*_k)² of the averages over training's noise levels, which one weight for all of them is trained on.
std::vector<double> shared_excess(const Case& c) {
    const auto average = dynamics::shared_terms(c.problem.objective);
    const auto trained = dynamics::make_trained_weights(c.problem);
    const std::size_t modes = c.problem.network->modes();
    std::vector<double> deviation(c.request.tau.size() * modes);
    if (!average || !trained) return {};
    (*trained)->deviations(*average, c.request.tau, {0, modes}, deviation);
    std::vector<double> excess(c.request.tau.size(), 0.0);
    for (std::size_t i = 0; i < deviation.size(); ++i) {
        excess[i / modes] += average->curvature(c.problem.network->lambda()[i % modes]) * deviation[i] * deviation[i];
    }
    return excess;
}

void check_loss_falls(const Case& c, Record& record) {
    // With one weight for all noise levels it is the average over training's levels that falls, not that of sampling's.
    const bool shared = c.scenario.coupling == Coupling::shared;
    const std::vector<double> loss = shared ? shared_excess(c) : c.simulation.loss;
    if (loss.empty()) return record.refute("a shared average where there is a simulation", [&] { return c.at(0, 0); });
    double worst = 0.0;
    std::size_t place = 0;
    for (std::size_t i = 1; i < loss.size(); ++i) {
        const double back = (loss[i] - loss[i - 1]) / (1e-10 * loss.front());
        if (back > worst) place = i;
        worst = std::max(worst, back);
        if (!std::isfinite(loss[i])) return;
    }
    const bool flow = c.scenario.rule == TrainingRule::gradient_flow;
    record.measure({flow ? "T-2" : "T-10", c.scenario.network.architecture,
                    std::string(shared ? "average" : "training") + " loss falls", "1e-10 of the loss at tau = 0", 2.0},
                   worst, [&] { return c.at(place, 0); });
}

// 1 or −1 where λ̃ of a mode rises or falls all the time, 0 where that can't be said: ln λ̃ is the integral of
// rate_gain w, and each w goes one way, from Q to its end.
int direction_of(const Case& c, std::size_t mode) {
    constexpr int levels = 400;
    const model::NoisePath& path = c.problem.objective.path();
    const double first = path.coordinate(c.problem.noise);
    const double last = path.coordinate(c.problem.data);
    const double q = c.problem.network->initial_weights()[mode];
    int direction = 0;
    for (int i = 0; i <= levels; ++i) {
        const double x = first + (last - first) * i / levels;
        const model::NoiseTerms at = c.problem.objective.at_coordinate(x);
        double end = 0.0;
        c.problem.network->limit_deviations(at, {mode, 1}, {&end, 1});
        end += at.optimum(c.problem.network->lambda()[mode]);
        const double drive = (last - first) * at.stretch * at.rate_gain * (end - q);
        if (!std::isfinite(drive)) return 0;
        const int here = (drive > 0.0) - (drive < 0.0);
        if (here != 0 && here == -direction) return 0;
        if (here != 0) direction = here;
    }
    return direction;
}

// By how many promises ln λ̃ of a mode goes back, and at which time.
std::pair<double, std::size_t> worst_return(const Case& c, std::size_t mode, double direction) {
    const auto& out = c.simulation.trajectories;
    std::pair<double, std::size_t> worst = {0.0, 0};
    for (std::size_t i = 1; i < out.times(); ++i) {
        const double before = std::log(out.at(i - 1, mode));
        const double now = std::log(out.at(i, mode));
        if (!std::isfinite(now) || !std::isfinite(before)) continue;
        if (c.simulation.imprecise(i, mode) || c.simulation.imprecise(i - 1, mode)) continue;
        const double back =
            direction * (before - now) / (dynamics::log_variance_promise * std::max(1.0, std::abs(now)));
        if (back > worst.first) worst = {back, i};
    }
    return worst;
}

void check_variance_goes_one_way(const Case& c, Record& record) {
    const auto& s = c.scenario;
    if (!c.exact_sampling() || s.rule != TrainingRule::gradient_flow) return;
    if (!c.problem.network->trains_modes_alone()) return;
    const auto& out = c.simulation.trajectories;
    for (std::size_t k = 0; k < out.modes(); ++k) {
        if (s.coupling == Coupling::shared) {  // ln λ̃ = A + B w with one w
            const double direction = out.limit[k] >= out.at(0, k) ? 1.0 : -1.0;
            if (!std::isfinite(out.limit[k]) || !std::isfinite(out.at(0, k))) continue;
            const auto [worst, place] = worst_return(c, k, direction);
            record.measure(
                {"T-11", c.simulation.solver, "variance goes one way with its shared weight", "promises", 2.0}, worst,
                [&, at = place] { return c.at(at, k); });
            continue;
        }
        const int direction = direction_of(c, k);
        if (direction == 0) continue;
        const auto [worst, place] = worst_return(c, k, direction);
        record.measure(
            {"T-11", c.simulation.solver,
             std::string("variance ") + (direction > 0 ? "rises" : "falls") + " with its weights", "promises", 2.0},
            worst, [&, at = place] { return c.at(at, k); });
    }
}

}  // namespace

void check_monotone(const Case& c, Record& record) {
    check_weights_approach(c, record);
    check_loss_falls(c, record);
    check_variance_goes_one_way(c, record);
}

}  // namespace eigenflow::torture

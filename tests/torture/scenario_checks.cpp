#include "scenario_checks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"

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

bool Case::loss_diverges() const {
    return scenario.objective.weighting == "inverse-variance" && scenario.objective.target != "denoise" &&
           problem.objective.path().at(problem.data).s == 0.0;
}

double promises_missed(double variance, double expected_log) {
    const double promise = dynamics::log_variance_promise * std::max(1.0, std::abs(expected_log));
    return std::abs(std::log(variance) - expected_log) / promise;
}

namespace {

bool good(double v) { return std::isfinite(v) && v >= 0.0; }

// Whether a failure is recorded of a mode, at this time or before.
bool recorded(const std::vector<dynamics::RouteFailure>& failures, std::size_t mode, double tau) {
    return std::any_of(failures.begin(), failures.end(), [&](const auto& f) { return f.mode == mode && f.tau <= tau; });
}

const char* of_variances = "variance not finite or negative without a status";

void check_variances(const Case& c, Record& record) {
    const auto& out = c.simulation.trajectories;
    for (std::size_t i = 0; i < out.times(); ++i) {
        for (std::size_t k = 0; k < out.modes(); ++k) {
            const double v = out.at(i, k);
            record.count(std::string("variance: ") + (!good(v)                       ? "failed"
                                                      : c.simulation.imprecise(i, k) ? "imprecise"
                                                                                     : "ok"));
            const bool told = std::isnan(v) && recorded(c.simulation.failures, k, out.tau[i]);
            record.require(of_variances, good(v) || told, [&] { return c.at(i, k); });
        }
    }
    for (const auto& failure : c.simulation.failures) {
        constexpr double any = std::numeric_limits<double>::infinity();
        record.measure({"", c.simulation.solver, "failed: " + failure.reason.substr(0, 60), "modes", any}, 1.0,
                       [&] { return c.at(0, failure.mode) + " failed at tau=" + shortest_text(failure.tau); });
    }
}

void check_companion(const Case& c, Record& record) {
    const std::size_t modes = c.problem.network->modes();
    for (std::size_t i = 0; i < c.simulation.exact_variance.size(); ++i) {
        const double v = c.simulation.exact_variance[i];
        record.count(std::string("exact beside sampler: ") + (good(v) ? "ok" : "failed"));
        const bool told = std::isnan(v) && recorded(c.simulation.exact_failures, i % modes, c.request.tau[i / modes]);
        record.require("variance by exact sampling beside a sampler not finite or negative without a status",
                       good(v) || told, [&] { return c.at(i / modes, i % modes); });
    }
}

void check_weight_rows(const Case& c, Record& record) {
    for (std::size_t row = 0; row < c.simulation.weights.size(); ++row) {
        const dynamics::WeightRecord w = c.simulation.weights[row];
        const bool finite = std::isfinite(w.weight) && std::isfinite(w.optimal_weight);
        record.count(std::string("weight: ") + (finite ? "ok" : "failed"));
        record.require("weight not finite without a status",
                       finite || recorded(c.simulation.weight_failures, w.mode, w.tau),
                       [&] { return c.at_level(0, w.mode, w.noise_level) + " at tau=" + shortest_text(w.tau); });
    }
}

}  // namespace

void check_statuses(const Case& c, Record& record) {
    check_variances(c, record);
    check_companion(c, record);
    check_weight_rows(c, record);
    for (std::size_t i = 0; i < c.simulation.loss.size(); ++i) {
        const double loss = c.simulation.loss[i];
        const bool endless = std::isinf(loss);
        record.count(std::string("loss: ") + (endless ? "infinite" : good(loss) ? "ok" : "failed"));
        record.require("loss not finite or negative, but infinite just where its integral is",
                       c.loss_diverges() ? endless : good(loss), [&] { return c.at(i, 0); });
    }
    const auto& out = c.simulation.trajectories;
    for (std::size_t k = 0; k < out.limit.size(); ++k) {
        const bool ok = good(out.limit[k]);
        record.count(std::string("limit: ") + (ok ? "ok" : "failed"));
        record.require("limit not finite or negative", ok, [&] { return c.at(out.times() - 1, k); });
    }
}

}  // namespace eigenflow::torture

#include "exact_checks.hpp"

#include <algorithm>
#include <limits>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/numerics/random.hpp"
#include "exact_closed_forms.hpp"

namespace eigenflow::torture {
namespace {

using dynamics::TrainingRule;

// Steps of descent through layers have no closed form, and 50 digits would have to take them all.
bool has_exact_weights(const DrawnScenario& s, bool linear) { return s.rule == TrainingRule::gradient_flow || linear; }

bool is_deep(const DrawnScenario& s) { return s.network.architecture == "deep" && s.network.depth > 2; }

constexpr double least_log = -708.0;    // below, λ̃ is denormal or 0
constexpr double largest_log = 709.78;  // above, it is not finite

// Of a number whose logarithm in 50 digits is beyond the range of doubles: what stands for it is not finite, which its
// status or the manifest says, or next to nothing. Whether it was beyond.
bool check_range(double number, double expected_log, const Record::Where& where, Record& record) {
    constexpr double edge = 0.01;  // of ln 1.8e308 = 709.7827
    if (least_log <= expected_log && expected_log <= largest_log) return false;
    record.count("numbers of the sample beyond the range of doubles");
    if (expected_log < least_log) {
        record.require("a number below 2e-308 that is larger", number <= std::exp(least_log), where);
    } else if (expected_log > largest_log + edge) {
        record.require("a number above 1.8e308 that is finite", !std::isfinite(number), where);
    }
    return true;
}

// λ̃ of the closed forms for their own arguments.
bool check_closed(const Case& c, std::size_t time, std::size_t mode, Record& record) {
    if (c.simulation.solver != "closed-form") return false;
    const auto& s = c.scenario;
    const Exact lambda = c.problem.network->lambda()[mode];
    const Exact q = c.problem.network->initial_weights()[mode];
    const Exact eta_tau = c.request.tau[time] * s.learning_rate;
    const bool flow = s.objective.path == "flow";
    const bool one = s.network.architecture != "symmetric-two-layer";
    const Exact exact = flow  ? exact_one_layer_flow(lambda, q, eta_tau)
                        : one ? exact_one_layer(lambda, q, eta_tau, s.noise, s.data)
                              : exact_symmetric(lambda, q, eta_tau, s.noise, s.data);
    record.measure({flow  ? "T-14"
                    : one ? "T-12"
                          : "T-13",
                    "closed form", "variance", "promises", 1.0},
                   promises_missed(c.simulation.trajectories.at(time, mode), static_cast<double>(exact)),
                   [&] { return c.at(time, mode); });
    return true;
}

void check_quadrature(const Case& c, std::size_t time, std::size_t mode, const ExactVariance& exact, Record& record) {
    const std::optional<Exact> log_variance = exact.log_variance(c.request.tau[time]);
    if (!log_variance) return record.count("too sharp for the 50-digit quadrature");
    const double expected = static_cast<double>(*log_variance);
    const double variance = c.simulation.trajectories.at(time, mode);
    const double missed = promises_missed(variance, expected);
    if (c.simulation.imprecise(time, mode)) {
        record.count(missed > 1.0 ? "imprecise: and off by more than the promise" : "imprecise: within the promise");
        return;
    }
    const bool shared = c.scenario.coupling == dynamics::Coupling::shared;
    record.measure({"T-11", shared ? "quadrature of shared weights" : "quadrature", c.scenario.network.architecture,
                    "promises", 1.0},
                   missed, [&] { return c.at(time, mode); });
}

// λ̃ by a sampler's steps: at a time, or nothing for the limit.
void check_sampler(const Case& c, std::optional<std::size_t> time, std::size_t mode, const ExactVariance& exact,
                   Record& record) {
    // Noise levels are good to 2(ρ + 1) ≤ 22 ε, weights of three layers and more to 80 ε, and a step has some ten
    // roundings of its own.
    constexpr double unit = 128.0 * epsilon;
    const auto expected = exact.sampled(time ? ExactVariance::Time(c.request.tau[*time]) : std::nullopt, unit);
    const auto& out = c.simulation.trajectories;
    const double variance = time ? out.at(*time, mode) : out.limit[mode];
    const auto where = [&] { return c.at(time.value_or(0), mode) + (time ? "" : " limit"); };
    const auto expected_log = static_cast<double>(log(expected.variance));
    if (expected_log > largest_log && check_range(variance, expected_log, where, record)) return;
    const Exact allowed = expected.allowed + std::numeric_limits<double>::min();
    record.measure({"T-17", c.scenario.sampling.solver + (time ? "" : " limit"), c.scenario.network.architecture,
                    "128 epsilon of the terms of its steps", 1.0},
                   static_cast<double>(abs(Exact(variance) - expected.variance) / allowed), where);
}

// A row that failed: its λ̃ is above 1.8e308.
void check_failed(const Case& c, std::size_t time, std::size_t mode, const ExactVariance& exact, Record& record) {
    const double tau = c.request.tau[time];
    const std::optional<Exact> log_variance =
        c.exact_sampling() ? exact.log_variance(tau) : log(exact.sampled(tau, 128.0 * epsilon).variance);
    if (!log_variance) return record.count("too sharp for the 50-digit quadrature");
    record.require("a variance that failed below 1.8e308", static_cast<double>(*log_variance) > largest_log,
                   [&] { return c.at(time, mode); });
}

// T-15, and what the other objectives and architectures have in its place.
void check_limit(const Case& c, std::size_t mode, const ExactVariance& exact, Record& record) {
    if (!c.exact_sampling()) return check_sampler(c, {}, mode, exact, record);
    const std::optional<Exact> log_variance = exact.log_variance({});
    if (!log_variance) return record.count("too sharp for the 50-digit quadrature");
    const auto expected = static_cast<double>(*log_variance);
    const double limit = c.simulation.trajectories.limit[mode];
    const auto where = [&] { return c.at(c.request.tau.size() - 1, mode) + " limit"; };
    if (check_range(limit, expected, where, record)) return;
    const bool shared = c.scenario.coupling == dynamics::Coupling::shared;
    record.measure(
        {"T-15", shared ? "limit of shared weights" : "limit", c.scenario.network.architecture, "promises", 1.0},
        promises_missed(limit, expected), where);
}

}  // namespace

void check_passage(const Case& c, std::size_t mode, const ExactVariance& exact, Record& record) {
    const Trajectories& all = c.simulation.trajectories;
    Trajectories one;
    one.tau = all.tau;
    one.target = {all.target[mode]};
    one.limit = {all.limit[mode]};
    for (std::size_t i = 0; i < all.times(); ++i) one.variance.push_back(all.at(i, mode));
    one.evaluate = [&](std::size_t, std::span<const double> tau, std::span<double> variance) {
        all.evaluate(mode, tau, variance);
    };
    const auto start = exact.log_variance(0.0);
    if (!start || *start < least_log || one.target[0] == 0.0) return;
    const Exact end = log(Exact(one.target[0]));
    using analysis::Criterion;
    const std::vector<Criterion> criteria = {Criterion::geometric, Criterion::harmonic, Criterion::arithmetic};
    for (const analysis::Emergence& row : analysis::find_emergence(one, {.thresholds = criteria}, Threads(1))) {
        if (!(row.tau_star > 0.0)) continue;
        const Exact low = exp(*start), high = exp(end);
        const Exact threshold = row.criterion == Criterion::geometric  ? Exact((*start + end) / 2)
                                : row.criterion == Criterion::harmonic ? Exact(log(2 / (1 / low + 1 / high)))
                                                                       : Exact(log((low + high) / 2));
        const auto there = exact.log_variance(row.tau_star);
        const auto after = exact.log_variance(row.tau_star * (1.0 + 0x1p-20));
        if (!there || !after) return record.count("too sharp for the 50-digit quadrature");
        const double slope = static_cast<double>(abs(*after - *there)) * 0x1p20;
        // λ̃ there and λ̃(0) in the threshold are good to a promise each, the root of τ to 64 ε.
        const double promise =
            2.0 * dynamics::log_variance_promise * std::max({1.0, std::abs(static_cast<double>(threshold))});
        record.measure({"T-21", std::string(analysis::name_of(row.criterion)), "ln of variance at the passage time",
                        "two promises and 64 epsilon times its slope", 1.0},
                       static_cast<double>(abs(*there - threshold)) / (promise + 64.0 * epsilon * slope),
                       [&] { return c.at(0, mode) + " tau_star=" + shortest_text(row.tau_star); });
    }
}

void check_loss(const Case& c, std::size_t time, Record& record) {
    if (c.loss_diverges()) return record.count("losses without a finite value");
    Exact at_start = 0, now = 0;
    for (std::size_t k = 0; k < c.problem.network->modes(); ++k) {
        const ExactVariance mode(c.scenario, *c.problem.network, k);
        const auto first = mode.loss(0.0);
        const auto later = mode.loss(c.request.tau[time]);
        if (!first || !later) return record.count("too sharp for the 50-digit quadrature");
        at_start += *first;
        now += *later;
    }
    record.measure({"T-22", "training loss", c.scenario.network.architecture, "1e-10 of the loss at tau = 0", 1.0},
                   static_cast<double>(abs(Exact(c.simulation.loss[time]) - now) / at_start) / 1e-10,
                   [&] { return c.at(time, 0); });
}

bool check_exactly(const Case& c, Record& record) {
    const auto& s = c.scenario;
    const auto& network = *c.problem.network;
    if (!has_exact_weights(s, network.is_linear())) return false;
    numerics::RandomStream stream(s.number, 3);
    const std::size_t mode = stream.below(static_cast<std::uint32_t>(network.modes()));
    const std::size_t time = stream.below(static_cast<std::uint32_t>(c.request.tau.size()));
    const ExactVariance exact(s, network, mode);
    if (!std::isfinite(c.simulation.trajectories.at(time, mode))) {
        check_failed(c, time, mode, exact, record);
        return false;
    }
    const bool independent = s.coupling == dynamics::Coupling::independent;
    for (const double level : c.request.noise_levels) {
        check_terms(c, level, exact, record);
        if (independent) check_weight(c, time, mode, level, exact, record);
    }
    check_limit(c, mode, exact, record);
    const bool slow = is_deep(s) && c.exact_sampling() && !s.chosen(16, 1);
    record.count(slow ? "points in 50 digits: weights and limits alone" : "points in 50 digits: variances too");
    if (slow) return true;
    if (!c.exact_sampling()) {
        check_sampler(c, time, mode, exact, record);
    } else if (!check_closed(c, time, mode, record)) {
        check_quadrature(c, time, mode, exact, record);
    }
    if (is_deep(s)) return true;
    const bool flow = s.rule == TrainingRule::gradient_flow;
    if (c.exact_sampling() && flow && s.chosen(4, 2)) check_passage(c, mode, exact, record);
    if (s.chosen(32, 3)) check_loss(c, time, record);
    return true;
}

}  // namespace eigenflow::torture

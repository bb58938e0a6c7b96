#include "exact_checks.hpp"

#include <algorithm>

#include "eigenflow/numerics/random.hpp"
#include "exact_closed_forms.hpp"
#include "exact_variance.hpp"

namespace eigenflow::torture {
namespace {

using dynamics::TrainingRule;

bool has_exact_weights(const DrawnScenario& s, bool linear) {
    const bool two_layer_residual = s.network.architecture == "two-layer" && s.network.residual;
    return (s.rule == TrainingRule::gradient_flow || linear) && !two_layer_residual;
}

const char* tag_of(const DrawnScenario& s) {
    const std::string& a = s.network.architecture;
    if (s.rule == TrainingRule::gradient_descent) return "T-10";
    if (a == "one-layer" || (a == "deep" && s.network.depth == 1)) return "T-3";
    if (a == "symmetric-two-layer") return "T-4";
    if (a == "full-convolution") return "T-7";
    return a == "deep" && s.network.depth > 2 ? "T-6" : "T-5";
}

/// A weight's error in the unit that its header in model/network promises, and how many of it.
struct Promise {
    const char* unit;
    double bound;
    double value, deviation;  ///< one unit, of w and of w − w*
};

// By how much a number changes per relative change of what it is computed from, from differences in 50 digits.
struct Slopes {
    double value, deviation;
};
Slopes slopes(const ExactMode& mode, const Exact& h, const Exact& m, const Exact& omega) {
    const Exact more = 1 + Exact("1e-20");
    const ExactWeight here = exact_weight(mode, h, m, omega);
    Slopes sum{0.0, 0.0};
    const auto add = [&](const ExactWeight& there) {
        sum.value += static_cast<double>(abs(there.value - here.value) * Exact("1e20"));
        sum.deviation += static_cast<double>(abs(there.deviation - here.deviation) * Exact("1e20"));
    };
    add(exact_weight(mode, h, m, omega * more));  // time and rate enter as one product
    ExactMode moved = mode;
    moved.start *= more;
    add(exact_weight(moved, h, m, omega));
    add(exact_weight(mode, h, m * more, omega));
    return sum;
}

Promise promise_of(const Case& c, const ExactMode& mode, const Exact& h, const Exact& m, const Exact& omega,
                   const ExactWeight& exact) {
    const std::string tag = tag_of(c.scenario);
    const double optimum = std::abs(static_cast<double>(m / h));
    const double size = std::max(std::abs(static_cast<double>(mode.start)), optimum);
    const double w = std::abs(static_cast<double>(exact.value));
    const double d = std::abs(static_cast<double>(exact.deviation));
    if (tag == "T-3" || tag == "T-7") return {"ulp of the larger of Q and w*", 4.0, ulp(size), ulp(size)};
    const Slopes slope = slopes(mode, h, m, omega);
    if (tag == "T-10") {
        // 1 − ηκ has lost digits where ηκ is near 2 or 1, and the number of steps multiplies that.
        return {"ulp of the larger of Q and w* and epsilon times the slope", 4.0, ulp(size) + epsilon * slope.value,
                ulp(size) + epsilon * slope.deviation};
    }
    const double of_value = epsilon * (w + slope.value);
    const double of_deviation = epsilon * (d + slope.deviation);
    if (tag == "T-4") return {"epsilon of itself and times its slope", 8.0, of_value, of_deviation};
    if (tag == "T-6") return {"epsilon of itself and times its slope", 80.0, of_value, of_deviation};
    const bool crosses = mode.imbalance != 0;
    return {"epsilon of itself and times its slope", 16.0, crosses ? epsilon * (w + d + slope.value) : of_value,
            of_deviation};
}

// T-3 … T-7 and T-10 with h, m, ω as the library has them.
void check_weight(const Case& c, std::size_t time, std::size_t mode, double level, Record& record) {
    const auto& s = c.scenario;
    const model::NoiseTerms at = c.problem.objective.at(NoiseLevel(level));
    const double lambda = c.problem.network->lambda()[mode];
    if (!std::isfinite(at.omega) || at.curvature(lambda) == 0.0) return;
    const auto clock = c.problem.clock(TrainingTime(c.request.tau[time]));
    double value = 0.0;
    double deviation = 0.0;
    c.problem.network->weights(at, clock, {mode, 1}, {&value, 1});
    c.problem.network->deviations(at, clock, {mode, 1}, {&deviation, 1});
    if (!std::isfinite(value)) return;
    ExactMode of;
    of.architecture = s.network.architecture;
    of.depth = s.network.depth;
    of.imbalance = s.network.imbalance;
    of.start = c.problem.network->initial_weights()[mode];
    of.gain = of.architecture == "full-convolution" ? static_cast<double>(c.problem.network->modes()) : 1.0;
    const bool descent = s.rule == TrainingRule::gradient_descent;
    of.eta = descent ? s.learning_rate : 0.0;
    of.eta_tau = descent ? Exact(clock.steps()) * s.learning_rate : Exact(clock.eta_tau());
    const Exact h = Exact(at.h0) + Exact(at.h1) * lambda;
    const Exact m = Exact(at.m0) + Exact(at.m1) * lambda;
    const ExactWeight exact = exact_weight(of, h, m, at.omega);
    const Promise promise = promise_of(c, of, h, m, at.omega, exact);
    // What is this far below its own scale is 0 to whatever follows, and to the 50 digits of T-6.
    const double least = std::max(1e-80 * std::abs(static_cast<double>(m / h)), std::numeric_limits<double>::min());
    const auto where = [&] { return c.at_level(time, mode, level); };
    const auto measure = [&](const char* what, double computed, const Exact& expected, double unit) {
        const double off = static_cast<double>(abs(Exact(computed) - expected));
        record.measure({tag_of(s), s.network.architecture, what, promise.unit, promise.bound},
                       off / std::max(unit, least), where);
    };
    measure("weight", value, exact.value, promise.value);
    measure("distance from the optimum", deviation, exact.deviation, promise.deviation);
}

// λ̃ of the closed forms for their own arguments.
bool check_closed(const Case& c, std::size_t time, std::size_t mode, Record& record) {
    if (c.simulation.solver != "closed-form") return false;
    const auto& s = c.scenario;
    const Exact lambda = c.problem.network->lambda()[mode];
    const Exact q = c.problem.network->initial_weights()[mode];
    const Exact eta_tau = c.request.tau[time];
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
    if (!log_variance) {
        return record.count("too sharp for the 50-digit quadrature");
    }
    const double expected = static_cast<double>(*log_variance);
    const double variance = c.simulation.trajectories.at(time, mode);
    const double missed = promises_missed(variance, expected);
    const auto where = [&] { return c.at(time, mode); };
    if (c.simulation.imprecise(time, mode)) {
        record.count(missed > 1.0 ? "imprecise: and off by more than the promise" : "imprecise: within the promise");
        return;
    }
    record.measure(
        {"T-11", c.scenario.coupling == dynamics::Coupling::shared ? "quadrature of shared weights" : "quadrature",
         c.scenario.network.architecture, "promises", 1.0},
        missed, where);
}

void check_sampler(const Case& c, std::size_t time, std::size_t mode, const ExactVariance& exact, Record& record) {
    const auto expected = exact.sampled(c.request.tau[time]);
    const double variance = c.simulation.trajectories.at(time, mode);
    const Exact off = abs(Exact(variance) - expected.variance);
    const Exact allowed = expected.variance * expected.condition * Exact("1e-12");
    if (expected.variance < Exact("1e-300")) return;
    // Layers that grow from tiny weights amplify ε of them (T-6).
    const double bound = c.scenario.network.architecture == "deep" ? 1e3 : 1.0;
    record.measure({"T-17", c.scenario.sampling.solver, c.scenario.network.architecture,
                    "1e-12 relative times the condition of its steps", bound},
                   static_cast<double>(off / allowed), [&] { return c.at(time, mode); });
}

}  // namespace

bool check_exactly(const Case& c, bool deep_variance, Record& record) {
    const auto& s = c.scenario;
    const auto& network = *c.problem.network;
    if (!has_exact_weights(s, network.is_linear())) return false;
    numerics::RandomStream stream(s.number, 3);
    const std::size_t mode = stream.below(static_cast<std::uint32_t>(network.modes()));
    const std::size_t time = stream.below(static_cast<std::uint32_t>(c.request.tau.size()));
    if (!std::isfinite(c.simulation.trajectories.at(time, mode))) return false;
    if (network.trains_modes_alone() && s.coupling == dynamics::Coupling::independent) {
        for (const double level : c.request.noise_levels) check_weight(c, time, mode, level, record);
    }
    const bool deep = s.network.architecture == "deep" && s.network.depth > 2;
    if (check_closed(c, time, mode, record)) return true;
    if (deep && c.exact_sampling() && !deep_variance) return true;
    const ExactVariance exact(s, network, mode);
    if (c.exact_sampling()) {
        check_quadrature(c, time, mode, exact, record);
    } else {
        check_sampler(c, time, mode, exact, record);
    }
    return true;
}

}  // namespace eigenflow::torture

#include <algorithm>
#include <cmath>
#include <limits>

#include "eigenflow/core/shortest_text.hpp"
#include "exact_checks.hpp"

namespace eigenflow::torture {
namespace {

using dynamics::TrainingRule;

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

constexpr const char* linear_unit = "ulp of the larger of Q and the terms of w*";
constexpr const char* layers_unit = "epsilon of itself and times its slope";

Promise promise_of(const std::string& tag, const ExactMode& mode, const ExactMoments& of, const ExactWeight& exact) {
    const auto number = [](const Exact& x) { return std::abs(static_cast<double>(x)); };
    // Where aλ and s cancel in m, w* = m/h is known to the rounding of its terms.
    const double size = std::max(number(mode.start), number(of.terms / of.h));
    if (tag == "T-3" || tag == "T-7") return {linear_unit, 4.0, ulp(size), ulp(size)};
    const ExactSlopes slope = exact_slopes(mode, of);
    const double by_value = epsilon * number(slope.value);
    const double by_deviation = epsilon * number(slope.deviation);
    if (tag == "T-10") {
        // 1 − ηκ has lost digits where ηκ is near 2 or 1, and the number of steps multiplies that.
        return {"ulp of the larger of Q and the terms of w* and epsilon times the slope", 4.0, ulp(size) + by_value,
                ulp(size) + by_deviation};
    }
    const double w = epsilon * number(exact.value);
    const double d = epsilon * number(exact.deviation);
    if (tag == "T-4") return {layers_unit, 8.0, w + by_value, d + by_deviation};
    if (tag == "T-6") return {layers_unit, 80.0, w + by_value, d + by_deviation};
    const bool crosses = mode.imbalance != 0;
    return {layers_unit, 16.0, w + by_value + (crosses ? d : 0.0), d + by_deviation};
}

ExactMode mode_of(const Case& c, std::size_t time, std::size_t mode) {
    const auto& s = c.scenario;
    const auto clock = c.problem.clock(TrainingTime(c.request.tau[time]));
    ExactMode of;
    of.architecture = s.network.architecture;
    of.depth = s.network.depth;
    of.imbalance = s.network.imbalance;
    if (of.architecture == "two-layer" && s.network.residual) {
        of.imbalance = exact_residual_imbalance(s.network.init[mode], of.imbalance);
    }
    of.start = c.problem.network->initial_weights()[mode];
    of.gain = of.architecture == "full-convolution" ? static_cast<double>(c.problem.network->modes()) : 1.0;
    const bool descent = s.rule == TrainingRule::gradient_descent;
    of.eta = descent ? s.learning_rate : 0.0;
    of.eta_tau = descent ? Exact(clock.steps()) * s.learning_rate : Exact(clock.eta_tau());
    return of;
}

ExactMoments moments_of(const model::NoiseTerms& at, const Exact& lambda) {
    return {at.h0 + at.h1 * lambda, at.m0 + at.m1 * lambda, at.omega, abs(Exact(at.m0)) + abs(at.m1 * lambda)};
}

struct Computed {
    double value = 0.0, deviation = 0.0;
};
Computed computed(const Case& c, const model::NoiseTerms& at, const model::TrainingClock& clock, std::size_t mode) {
    Computed out;
    c.problem.network->weights(at, clock, {mode, 1}, {&out.value, 1});
    c.problem.network->deviations(at, clock, {mode, 1}, {&out.deviation, 1});
    return out;
}

// T-8 for the h, m and ω of the noise level: a kernel's weight is a sum, and is known to the size of its terms.
void check_kernel(const Case& c, std::size_t time, std::size_t mode, double level, const ExactVariance& exact,
                  Record& record) {
    const model::NoiseTerms at = c.problem.objective.at(NoiseLevel(level));
    const double tau = c.request.tau[time];
    const Computed found = computed(c, at, c.problem.clock(TrainingTime(tau)), mode);
    const auto given = [&](const Exact& lambda) { return moments_of(at, lambda); };
    const double unit = epsilon * static_cast<double>(exact.weight_size(given, tau));
    const double off = static_cast<double>(abs(Exact(found.value) - exact.weight(given, tau)));
    record.measure({"T-8", "patch-convolution", "weight", "epsilon of its terms and times their slopes", 16.0},
                   off / std::max(unit, std::numeric_limits<double>::min()),
                   [&] { return c.at_level(time, mode, level); });
}

// T-9: at ητ = ln 2/(8ωm) the weight of P Pᵀ is the harmonic mean of Q and w*, for the h, m and ω it was given.
void check_emergence_of_weight(const Case& c, std::size_t mode, double level, const ExactMoments& of, Record& record) {
    const double q = c.problem.network->initial_weights()[mode];
    if (c.scenario.network.architecture != "symmetric-two-layer" || !(of.m > 0) || q == 0.0) return;
    const Exact time = log(Exact(2)) / (8 * of.omega * of.m);
    const auto eta_tau = static_cast<double>(time);
    if (!std::isfinite(eta_tau) || eta_tau < std::numeric_limits<double>::min()) return;
    const model::NoiseTerms at = c.problem.objective.at(NoiseLevel(level));
    const Computed found = computed(c, at, model::TrainingClock::flow(eta_tau), mode);
    const Exact optimum = of.m / of.h;
    const Exact mean = 2 / (1 / Exact(q) + 1 / optimum);
    // dw/d ln τ = ln 2 (1 − w/w*) w there, and m may have lost digits.
    const double unit = epsilon * static_cast<double>(mean * of.terms / of.m);
    record.measure({"T-9", "symmetric-two-layer", "weight at its emergence time against the harmonic mean",
                    "epsilon of itself and what m has lost", 8.0},
                   static_cast<double>(abs(Exact(found.value) - mean)) / unit,
                   [&] { return c.at_level(0, mode, level); });
}

}  // namespace

void check_weight(const Case& c, std::size_t time, std::size_t mode, double level, const ExactVariance& exact,
                  Record& record) {
    const model::NoiseTerms at = c.problem.objective.at(NoiseLevel(level));
    const double lambda = c.problem.network->lambda()[mode];
    if (!std::isfinite(at.omega) || at.curvature(lambda) == 0.0) return record.count("weights: no loss at this end");
    if (!c.problem.network->trains_modes_alone()) return check_kernel(c, time, mode, level, exact, record);
    const Computed found = computed(c, at, c.problem.clock(TrainingTime(c.request.tau[time])), mode);
    if (!std::isfinite(found.value)) return;
    const ExactMode trained = mode_of(c, time, mode);
    const ExactMoments of = moments_of(at, lambda);
    const ExactWeight expected = exact_weight(trained, of);
    const std::string tag = tag_of(c.scenario);
    const Promise promise = promise_of(tag, trained, of, expected);
    // What is this far below its own scale is 0 to whatever follows, and to the 50 digits of T-6.
    const double least =
        std::max(1e-80 * std::abs(static_cast<double>(of.m / of.h)), std::numeric_limits<double>::min());
    const auto measure = [&](const char* what, double value, const Exact& wanted, double unit) {
        record.measure({tag, c.scenario.network.architecture, what, promise.unit, promise.bound},
                       static_cast<double>(abs(Exact(value) - wanted)) / std::max(unit, least),
                       [&] { return c.at_level(time, mode, level); });
    };
    measure("weight", found.value, expected.value, promise.value);
    measure("distance from the optimum", found.deviation, expected.deviation, promise.deviation);
    check_emergence_of_weight(c, mode, level, of, record);
}

void check_terms(const Case& c, double level, const ExactVariance& exact, Record& record) {
    const bool flow = c.scenario.objective.path == "flow";
    if (flow && (level == 0.0 || level == 1.0)) return;  // pure noise or data, which the coordinate does not reach
    const model::NoiseTerms at = c.problem.objective.at(NoiseLevel(level));
    const ExactLevel e = exact.objective().at(exact.objective().coordinate(level));
    const Exact through = e.c_in * e.c_out, by = e.a * e.v - e.s * e.u;
    const Exact x0 = (e.v - e.s * e.c_skip) / by, z = -(e.u - e.a * e.c_skip) / by;
    const Exact x0_gain = -e.s * through / by, z_gain = e.a * through / by;
    const Exact a_slope = e.a_slope / e.t_slope, s_slope = e.s_slope / e.t_slope;
    // e^(−z²/2) has z²/2 times the rounding of its exponent.
    const auto& spec = c.scenario.objective;
    const double off_centre = spec.path == "ve" ? (std::log(level) - spec.P_mean) / spec.P_std : 0.0;
    const double bell = 1.0 + off_centre * off_centre;
    const auto measure = [&](const char* what, double value, const Exact& wanted, const Exact& terms, double factor) {
        const auto size = static_cast<double>(abs(terms));
        if (size < std::numeric_limits<double>::min() || !std::isfinite(value)) return;
        record.measure({"T-1", "objective", what, "epsilon of its terms", 16.0},
                       static_cast<double>(abs(Exact(value) - wanted)) / (epsilon * size * factor),
                       [&] { return c.scenario.text() + " noise_level=" + shortest_text(level); });
    };
    const Exact h0 = e.curvature(0), m0 = e.cross_moment(0);
    measure("h at lambda = 0", at.h0, h0, h0, 1.0);
    measure("slope of h", at.h1, e.curvature(1) - h0, e.curvature(1) - h0, 1.0);
    measure("m at lambda = 0", at.m0, m0, m0, 1.0);
    measure("slope of m", at.m1, e.cross_moment(1) - m0, e.cross_moment(1) - m0, 1.0);
    measure("omega", at.omega, e.omega, e.omega, bell);
    measure("denoised x of w = 0", at.x0_start, x0, x0, 1.0);
    measure("slope of denoised x", at.x0_gain, x0_gain, x0_gain, 1.0);
    measure("noise of w = 0", at.z_start, z, z, 1.0);
    measure("slope of noise", at.z_gain, z_gain, z_gain, 1.0);
    measure("rate of w = 0", at.rate_start, a_slope * x0 + s_slope * z, abs(a_slope * x0) + abs(s_slope * z), 1.0);
    measure("slope of rate", at.rate_gain, a_slope * x0_gain + s_slope * z_gain,
            abs(a_slope * x0_gain) + abs(s_slope * z_gain), 1.0);
    measure("density of the loss", at.loss_excess, e.omega * e.density, e.omega * e.density, 2.0 * bell);
}

}  // namespace eigenflow::torture

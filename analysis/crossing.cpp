#include "crossing.hpp"

#include <algorithm>
#include <cmath>

#include "eigenflow/numerics/root.hpp"
#include "monotone_cubic.hpp"

namespace eigenflow::analysis {

namespace {

/// ln(λ̃/level), where a λ̃ of 0 stands at the bottom of the double range so that the root finder stays finite.
double log_ratio(double variance, double level) { return std::max(std::log(variance / level), -745.0); }

/// From τ = 0, where there is no ln τ: ln λ̃ linear in τ, which is exact at the start of exponential relaxation.
Crossing from_zero(const ModeCurve& curve, std::size_t i, double g_a, double g_b) {
    const double part = g_a / (g_a - g_b), rate = curve.tau[i + 1] / (g_a - g_b);
    return {.tau = curve.tau[i + 1] * part,
            .first_knot = i,
            .by_knot = {rate * (1.0 - part), rate * part},
            .by_curve = rate};
}

/// A root on [0, 1] of a continuous function; its values at the ends are known and of different signs.
double root_of(const std::function<double(double)>& f, double low, double high, double at_low, double at_high) {
    // An absolute tolerance: ln τ near 0 needs no more digits than elsewhere.
    const numerics::Root root =
        numerics::find_root(f, numerics::Bracket{.low = low, .high = high, .at_low = at_low, .at_high = at_high},
                            {.absolute = std::numeric_limits<double>::epsilon()});
    return root.exit == numerics::RootExit::converged ? root.x : std::numeric_limits<double>::quiet_NaN();
}

CubicNeighbourhood neighbourhood(const ModeCurve& curve, std::size_t i, double level) {
    CubicNeighbourhood near;
    const auto has_logarithms = [&](std::size_t knot) { return curve.tau[knot] > 0.0 && curve.variance[knot] > 0.0; };
    near.has_before = i > 0 && has_logarithms(i - 1);
    near.has_after = i + 2 < curve.knots() && has_logarithms(i + 2);
    for (std::size_t j = near.has_before ? 0 : 1; j < (near.has_after ? 4U : 3U); ++j) {
        const std::size_t knot = i + j - 1;
        near.x[j] = std::log(curve.tau[knot]);
        near.y[j] = log_ratio(curve.variance[knot], level);
    }
    return near;
}

Crossing between_samples(const ModeCurve& curve, std::size_t i, double level) {
    const CubicNeighbourhood near = neighbourhood(curve, i, level);
    const MonotoneCubic cubic(near);
    const double part = root_of([&](double p) { return cubic.value(p); }, 0.0, 1.0, near.y[1], near.y[2]);
    const double tau_a = curve.tau[i], tau_b = curve.tau[i + 1];
    Crossing crossing{.tau = part == 1.0 ? tau_b : tau_a * std::pow(tau_b / tau_a, part), .first_knot = i - 1};
    crossing.by_curve = -crossing.tau / cubic.slope(part);
    const std::array<double, 4> weights = cubic.weights(part);
    for (std::size_t j = 0; j < 4; ++j) crossing.by_knot[j] = crossing.by_curve * weights[j];
    return crossing;
}

}  // namespace

Crossing crossing_between(const ModeCurve& curve, std::size_t i, double level) {
    const double tau_a = curve.tau[i], tau_b = curve.tau[i + 1];
    if (curve.on_grid) return {.tau = tau_b};
    const double g_a = log_ratio(curve.variance[i], level), g_b = log_ratio(curve.variance[i + 1], level);
    if (tau_a <= 0.0) return from_zero(curve, i, g_a, g_b);
    if (!curve.evaluate) return between_samples(curve, i, level);
    if (g_b == 0.0) return {.tau = tau_b};
    const auto g = [&](double u) { return log_ratio(curve.evaluate(std::exp(u)), level); };
    const double root = root_of(g, std::log(tau_a), std::log(tau_b), g_a, g_b);
    if (!std::isnan(root)) return {.tau = std::exp(root)};
    return {.tau = tau_a * std::pow(tau_b / tau_a, g_a / (g_a - g_b))};  // a curve that fails between its knots
}

}  // namespace eigenflow::analysis

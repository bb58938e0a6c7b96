#include "crossing.hpp"

#include <algorithm>
#include <cmath>

#include "eigenflow/numerics/root.hpp"

namespace eigenflow::analysis {

namespace {

/// ln(λ̃/level), where a λ̃ of 0 stands at the bottom of the double range so that the root finder stays finite.
double log_ratio(double variance, double level) { return std::max(std::log(variance / level), -745.0); }

double interpolated(double tau_a, double tau_b, double part) {
    if (tau_a <= 0.0) return tau_b * part;
    return tau_a * std::pow(tau_b / tau_a, part);
}

}  // namespace

double crossing_time(const ModeCurve& curve, std::size_t i, double level) {
    const double tau_a = curve.tau[i], tau_b = curve.tau[i + 1];
    const double g_a = log_ratio(curve.variance[i], level), g_b = log_ratio(curve.variance[i + 1], level);
    if (g_b == 0.0) return tau_b;
    if (curve.evaluate && tau_a > 0.0) {
        const double u_a = std::log(tau_a), u_b = std::log(tau_b);
        const auto g = [&](double u) { return log_ratio(curve.evaluate(std::exp(u)), level); };
        // An absolute tolerance: ln τ near 0 needs no more digits than elsewhere.
        const numerics::Root root = numerics::find_root(g, {.low = u_a, .high = u_b, .at_low = g_a, .at_high = g_b},
                                                        {.absolute = std::numeric_limits<double>::epsilon()});
        if (root.exit == numerics::RootExit::converged) return std::exp(root.x);
    }
    return interpolated(tau_a, tau_b, g_a / (g_a - g_b));
}

}  // namespace eigenflow::analysis

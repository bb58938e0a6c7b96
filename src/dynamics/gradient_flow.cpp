#include "eigenflow/dynamics/gradient_flow.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eigenflow::dynamics {

void solve_gradient_flow(const model::Network& network, std::size_t mode, const model::NoiseTerms& at,
                         LearningRate learning_rate, std::span<const double> tau, GradientFlowPath& out) {
    const double lambda = network.lambda()[mode];
    const double h = at.curvature(lambda);
    const double m = at.cross_moment(lambda);
    double weight = network.initial_weights()[mode];
    if (h == 0.0) {
        out = {std::vector<double>(tau.size(), weight), numerics::OdeExit::steady_state, 0.0, 0, 0};
        return;
    }
    const double steepest = std::max({network.gain(weight), network.gain(m / h), std::numeric_limits<double>::min()});
    const double rate = 2.0 * learning_rate.value * at.omega * h * steepest;
    // Relative control down to the smaller end that is not zero: a tied network that starts at Q = 1e-6 must grow
    // right.
    const double ends[] = {std::abs(weight), std::abs(m / h)};
    double smallest = 0.0;
    for (const double end : ends) smallest = end > 0.0 && (smallest == 0.0 || end < smallest) ? end : smallest;
    constexpr double precision = 1e-10;
    numerics::OdeOptions options{.relative_tolerance = precision,
                                 .absolute_tolerance = std::max(precision * smallest, 1e-300)};
    const auto slope = [&](double w, double) { return -network.gain(w) / steepest * (w - m / h); };
    // Zero attracts where nothing is to be learned (m = 0), and tied weights whose optimum lies on the other side of
    // it.
    const bool zero_attracts = m == 0.0 || (network.gain(0.0) == 0.0 && weight * m <= 0.0);
    const auto steady = [&](double w, double) {
        return std::abs(w - m / h) <= 10.0 * precision * (std::abs(w) + std::abs(m / h)) ||
               (zero_attracts && std::abs(w) <= options.absolute_tolerance) || network.gain(w) == 0.0;
    };
    out.weight.assign(tau.size(), std::numeric_limits<double>::quiet_NaN());
    out.exit = numerics::OdeExit::finished;
    out.steps = out.evaluations = 0;
    double reached = 0.0;
    options.first_step = 0.01;
    for (std::size_t i = 0; i < tau.size(); ++i) {
        if (out.exit != numerics::OdeExit::steady_state) {
            const auto result = numerics::integrate(slope, weight, reached, rate * tau[i], options, steady);
            out.exit = result.exit;
            out.steps += result.accepted + result.rejected;
            out.evaluations += result.evaluations;
            reached = rate * tau[i];
            options.first_step = result.next_step;
            if (!numerics::good(result.exit)) {
                out.failed_at = result.t / rate;
                return;
            }
        }
        out.weight[i] = weight;
    }
}

}  // namespace eigenflow::dynamics

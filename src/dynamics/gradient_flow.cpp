#include "eigenflow/dynamics/gradient_flow.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eigenflow::dynamics {
namespace {

using numerics::OdeExit;
using numerics::OdeOptions;
using numerics::OdeResult;

// Takes the state through rate · tau with advance(from, to, first step) and records weight() at each, until the steady
// state or a bad exit.
template <class Advance, class Weight>
void pass_all_times(std::span<const double> tau, double rate, const Advance& advance, const Weight& weight,
                    GradientFlowPath& out) {
    out.weight.assign(tau.size(), std::numeric_limits<double>::quiet_NaN());
    out.exit = OdeExit::finished;
    out.steps = out.evaluations = 0;
    double reached = 0.0;
    double step = 0.01;
    for (std::size_t i = 0; i < tau.size(); ++i) {
        if (out.exit != OdeExit::steady_state) {
            const OdeResult result = advance(reached, rate * tau[i], step);
            out.exit = result.exit;
            out.steps += result.accepted + result.rejected;
            out.evaluations += result.evaluations;
            reached = rate * tau[i];
            step = result.next_step;
            if (!numerics::good(result.exit)) {
                out.failed_at = result.t / rate;
                return;
            }
        }
        out.weight[i] = weight();
    }
}

// T-2 of one mode.
void solve_alone(const model::Network& network, std::size_t mode, const model::NoiseTerms& at,
                 LearningRate learning_rate, std::span<const double> tau, GradientFlowPath& out) {
    const double lambda = network.lambda()[mode];
    const double h = at.curvature(lambda);
    const double m = at.cross_moment(lambda);
    double weight = network.initial_weights()[mode];
    if (h == 0.0) {
        out = {std::vector<double>(tau.size(), weight), OdeExit::steady_state, 0.0, 0, 0};
        return;
    }
    const double steepest =
        std::max({network.gain(mode, weight), network.gain(mode, m / h), std::numeric_limits<double>::min()});
    // Relative control down to the smaller end that is not zero: a tied network that starts at Q = 1e-6 must grow
    // right.
    const double ends[] = {std::abs(weight), std::abs(m / h)};
    double smallest = 0.0;
    for (const double end : ends) smallest = end > 0.0 && (smallest == 0.0 || end < smallest) ? end : smallest;
    constexpr double precision = 1e-10;
    OdeOptions options{.relative_tolerance = precision, .absolute_tolerance = std::max(precision * smallest, 1e-300)};
    // A zero of g can't be crossed. A step that rounds past one stops there: balanced layers would run away to w* < 0.
    const bool zero_is_fixed = network.gain(mode, 0.0) == 0.0;
    const double start = weight;
    const auto gain = [&](double w) { return zero_is_fixed && w * start <= 0.0 ? 0.0 : network.gain(mode, w); };
    const auto slope = [&](double w, double) { return -gain(w) / steepest * (w - m / h); };
    // Zero attracts where nothing is to be learned (m = 0), and tied weights whose optimum lies on the other side of
    // it.
    const bool zero_attracts = m == 0.0 || (zero_is_fixed && weight * m <= 0.0);
    const auto steady = [&](double w, double) {
        return std::abs(w - m / h) <= 10.0 * precision * (std::abs(w) + std::abs(m / h)) ||
               (zero_attracts && std::abs(w) <= options.absolute_tolerance) || gain(w) == 0.0;
    };
    const auto advance = [&](double from, double to, double first_step) {
        options.first_step = first_step;
        return numerics::integrate(slope, weight, from, to, options, steady);
    };
    const double rate = 2.0 * learning_rate.value * at.omega * h * steepest;
    if (!std::isfinite(rate)) {
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        out = {std::vector<double>(tau.size(), none), OdeExit::non_finite_state, 0.0, 0, 0};
        return;
    }
    pass_all_times(
        tau, rate, advance, [&] { return weight; }, out);
}

double largest_of(std::span<const double> values) {
    double largest = 0.0;
    for (const double v : values) largest = std::max(largest, std::abs(v));
    return largest;
}

// dθ/dτ = η · descent of all the parameters that serve the mode.
void solve_jointly(const model::Network& network, std::size_t mode, const model::NoiseTerms& at,
                   LearningRate learning_rate, std::span<const double> tau, GradientFlowPath& out) {
    std::vector<double> theta(network.parameters());
    network.initial_parameters(mode, theta);
    const auto weight = [&] { return network.weight_of(mode, theta); };
    const double stiffness = network.stiffness(at).limit;
    if (stiffness == 0.0) {
        out = {std::vector<double>(tau.size(), weight()), OdeExit::steady_state, 0.0, 0, 0};
        return;
    }
    const auto slope = [&](std::span<const double> y, std::span<double> dy, double) {
        network.descent(at, mode, y, dy);
        for (double& v : dy) v /= stiffness;
    };
    std::vector<double> moves(theta.size());
    slope(theta, moves, 0.0);
    // An explicit solver at its stability limit keeps the stiff directions trembling by its tolerance: the steady state
    // is told from that only because it allows ten times as much.
    constexpr double precision = 1e-12;
    const double scale = std::max({largest_of(theta), largest_of(moves), std::numeric_limits<double>::min()});
    const auto steady = [&](std::span<const double> y, double) {
        slope(y, moves, 0.0);
        return largest_of(moves) <= 10.0 * precision * std::max(scale, largest_of(y));
    };
    const auto advance = [&](double from, double to, double first_step) {
        const OdeOptions options{
            .relative_tolerance = precision, .absolute_tolerance = precision * scale, .first_step = first_step};
        return numerics::integrate(slope, theta, from, to, options, steady);
    };
    pass_all_times(tau, learning_rate.value * stiffness, advance, weight, out);
}

}  // namespace

void solve_gradient_flow(const model::Network& network, std::size_t mode, const model::NoiseTerms& at,
                         LearningRate learning_rate, std::span<const double> tau, GradientFlowPath& out) {
    if (network.trains_modes_alone()) {
        solve_alone(network, mode, at, learning_rate, tau, out);
    } else {
        solve_jointly(network, mode, at, learning_rate, tau, out);
    }
}

}  // namespace eigenflow::dynamics

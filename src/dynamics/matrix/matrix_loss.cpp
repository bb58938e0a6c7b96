#include "matrix_loss.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "../least_loss.hpp"
#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "eigenflow/numerics/parallel.hpp"

namespace eigenflow::dynamics {

std::vector<double> excess_loss(const MatrixProblem& problem, const CoupledWeights& weights,
                                std::span<const double> tau, Threads threads) {
    const auto excess = [&](std::span<const double> times, FlowQuadrature::Options options) {
        const FlowQuadrature quadrature(problem.objective, problem.noise, problem.data, options);
        std::vector<double> integral(times.size());
        std::vector<double> error(times.size());
        quadrature.integrate(
            [&](const model::NoiseTerms& at, std::span<double> out) {
                weights.excess(at, times, out);
                for (double& v : out) v *= at.loss_excess;
            },
            integral, error);
        for (double& v : integral) v = std::abs(v);
        return integral;
    };
    constexpr double any = std::numeric_limits<double>::max();
    const double untrained = 0.0;
    const double least = least_loss(problem.objective, {problem.noise, problem.data}, problem.lambda, any);
    if (std::isinf(least)) return std::vector<double>(tau.size(), least);
    if (weights.sweeps()) return excess(tau, {.tolerance = any, .panel_width = 2.5});
    const double size = excess(std::span(&untrained, 1), {.tolerance = any}).front() + least;
    const double tolerance = std::max(1e-10 * size, std::numeric_limits<double>::min());
    // Eight times share panels and what a noise level costs; the groups do not depend on the threads.
    constexpr std::size_t group = 8;
    std::vector<double> loss(tau.size());
    numerics::parallel_for((tau.size() + group - 1) / group, threads, [&](std::size_t job) {
        const std::size_t first = job * group;
        const std::span<const double> times = tau.subspan(first, std::min(group, tau.size() - first));
        const std::vector<double> part = excess(times, {.tolerance = tolerance});
        std::copy(part.begin(), part.end(), loss.begin() + static_cast<std::ptrdiff_t>(first));
    });
    return loss;
}

double least_loss(const MatrixProblem& problem, std::span<const double> excess) {
    const auto to = [&](double tolerance) {
        return least_loss(problem.objective, {problem.noise, problem.data}, problem.lambda, tolerance);
    };
    const double start = excess.empty() || !std::isfinite(excess.front()) ? 0.0 : excess.front();
    const double least = to(std::numeric_limits<double>::max());
    return std::isfinite(least) ? to(std::max(1e-12 * (start + least), std::numeric_limits<double>::min())) : least;
}

}  // namespace eigenflow::dynamics

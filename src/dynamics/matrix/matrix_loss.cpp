#include "matrix_loss.hpp"

#include <cmath>
#include <limits>

#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "eigenflow/numerics/parallel.hpp"

namespace eigenflow::dynamics {
namespace {

double minimum_at(const model::NoiseTerms& at, std::span<const double> lambda) {
    double sum = 0.0;
    for (const double v : lambda) sum += v == 0.0 ? 0.0 : v / (at.a * at.a * v + at.s * at.s);
    return at.loss_floor * sum;
}

double minimum(const MatrixProblem& problem, double tolerance) {
    const FlowQuadrature quadrature(problem.objective, problem.noise, problem.data, {.tolerance = tolerance});
    double value = 0.0;
    double error = 0.0;
    quadrature.integrate(
        [&](const model::NoiseTerms& at, std::span<double> out) { out[0] = minimum_at(at, problem.lambda); },
        std::span(&value, 1), std::span(&error, 1));
    return std::abs(value);
}

}  // namespace

std::vector<double> matrix_loss(const MatrixProblem& problem, const CoupledWeights& weights,
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
    if (weights.sweeps()) {
        std::vector<double> loss = excess(tau, {.tolerance = any, .panel_width = 2.5});
        const double floor = minimum(problem, 1e-12 * (loss.empty() ? 1.0 : loss.front()) + 1e-300);
        for (double& v : loss) v += floor;
        return loss;
    }
    const double untrained = 0.0;
    const double size = excess(std::span(&untrained, 1), {.tolerance = any}).front() + minimum(problem, any);
    const double tolerance = std::max(1e-10 * size, std::numeric_limits<double>::min());
    const double floor = minimum(problem, tolerance);
    // Eight times share panels and what a noise level costs; the groups do not depend on the threads.
    constexpr std::size_t group = 8;
    std::vector<double> loss(tau.size());
    numerics::parallel_for((tau.size() + group - 1) / group, threads, [&](std::size_t job) {
        const std::size_t first = job * group;
        const std::span<const double> times = tau.subspan(first, std::min(group, tau.size() - first));
        const std::vector<double> part = excess(times, {.tolerance = tolerance});
        for (std::size_t i = 0; i < part.size(); ++i) loss[first + i] = part[i] + floor;
    });
    return loss;
}

}  // namespace eigenflow::dynamics

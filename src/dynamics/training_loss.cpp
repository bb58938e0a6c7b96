#include "training_loss.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "linear_excess.hpp"

namespace eigenflow::dynamics {
namespace {

// Modes whose deviations at eight times fit the level 2 cache: all modes together cost a fifth more each at 32,768.
constexpr std::size_t block = 8192;

double minimum_at(const model::NoiseTerms& at, std::span<const double> lambda) {
    double sum = 0.0;
    for (const double v : lambda) sum += v == 0.0 ? 0.0 : v / (at.a * at.a * v + at.s * at.s);
    return at.loss_floor * sum;
}

// Sixteen sums side by side: one sum would wait for every addition, and their order is fixed.
double excess_at(const model::NoiseTerms& at, std::span<const double> lambda, std::span<const double> deviation) {
    constexpr std::size_t lanes = 16;
    std::array<double, lanes> sums{};
    std::size_t k = 0;
    for (; k + lanes <= lambda.size(); k += lanes) {
        for (std::size_t j = 0; j < lanes; ++j) {
            sums[j] += (at.h0 + at.h1 * lambda[k + j]) * (deviation[k + j] * deviation[k + j]);
        }
    }
    for (std::size_t j = 0; k < lambda.size(); ++k, ++j) {
        sums[j] += (at.h0 + at.h1 * lambda[k]) * (deviation[k] * deviation[k]);
    }
    return at.loss_excess * std::accumulate(sums.begin(), sums.end(), 0.0);
}

// The flow runs from noise to data, so its coordinate may fall: the measure dν is positive either way.
double integral(const FlowQuadrature& quadrature, const FlowQuadrature::BlockFunction& f) {
    double value = 0.0;
    double error = 0.0;
    quadrature.integrate(f, std::span(&value, 1), std::span(&error, 1));
    return std::abs(value);
}

void linear_excess(const LearningProblem& problem, const FlowQuadrature& quadrature, std::span<const double> times,
                   std::span<double> excess, std::span<double> error) {
    LinearExcess of_level(problem, times);
    quadrature.integrate_groups([&](const model::NoiseTerms& at, FlowQuadrature::Groups some,
                                    std::span<double> out) { of_level.at(at, some.first, out); },
                                times.size(), excess, error);
    for (double& v : excess) v = std::abs(v);
}

}  // namespace

std::vector<double> training_loss(const LearningProblem& problem, const TrainedWeights& trained,
                                  std::span<const double> tau, Threads threads) {
    const std::span<const double> lambda = problem.network->lambda();
    const auto minimum = [&](const model::NoiseTerms& at, std::span<double> out) { out[0] = minimum_at(at, lambda); };
    const auto loss_excess = [&](const FlowQuadrature& quadrature, std::span<const double> times,
                                 std::span<double> excess) {
        std::vector<double> error(times.size());
        if (LinearExcess::applies(problem)) return linear_excess(problem, quadrature, times, excess, error);
        std::vector<double> deviation(times.size() * std::min(lambda.size(), block));
        const std::size_t groups = trained.sweeps() ? 1 : times.size();
        quadrature.integrate_groups(
            [&](const model::NoiseTerms& at, FlowQuadrature::Groups some, std::span<double> out) {
                const auto wanted = trained.sweeps() ? times : times.subspan(some.first, some.count);
                std::fill(out.begin(), out.end(), 0.0);
                for (std::size_t first = 0; first < lambda.size(); first += block) {
                    const std::size_t count = std::min(block, lambda.size() - first);
                    trained.deviations(at, wanted, {first, count}, deviation);
                    for (std::size_t i = 0; i < out.size(); ++i) {
                        out[i] +=
                            excess_at(at, lambda.subspan(first, count), std::span(deviation).subspan(i * count, count));
                    }
                }
            },
            groups, excess, error);
        for (double& v : excess) v = std::abs(v);
    };
    const auto quadrature_to = [&](double tolerance) {
        // Panels twice as wide as for variances, since 1e-10 is enough: half the evaluations (scenario 2).
        return FlowQuadrature(problem.objective, problem.noise, problem.data,
                              {.tolerance = tolerance, .panel_width = 1.34});
    };
    const FlowQuadrature scale = quadrature_to(std::numeric_limits<double>::max());
    const double untrained = 0.0;
    double size = 0.0;
    loss_excess(scale, std::span(&untrained, 1), std::span(&size, 1));
    size += integral(scale, minimum);
    const FlowQuadrature quadrature = quadrature_to(std::max(1e-10 * size, std::numeric_limits<double>::min()));
    const double floor = integral(quadrature, minimum);
    // Weights by steps cost all the steps before them, so that times share sweeps: eight, for threads to share. Others
    // share what a noise level costs: eight of them too, of a linear network sixteen, whose own cost is less.
    const std::size_t few = LinearExcess::applies(problem) ? 16 : 8;
    const std::size_t at_once = trained.sweeps() ? std::max<std::size_t>(1, (tau.size() + 7) / 8) : few;
    std::vector<double> loss(tau.size());
    numerics::parallel_for((tau.size() + at_once - 1) / at_once, threads, [&](std::size_t job) {
        const std::size_t first = job * at_once;
        const std::size_t count = std::min(at_once, tau.size() - first);
        loss_excess(quadrature, tau.subspan(first, count), std::span(loss).subspan(first, count));
    });
    for (double& v : loss) v += floor;
    return loss;
}

}  // namespace eigenflow::dynamics

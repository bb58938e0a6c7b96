#include "training_loss.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "least_loss.hpp"
#include "linear_excess.hpp"
#include "turning_point.hpp"

namespace eigenflow::dynamics {
namespace {

// Modes whose deviations at eight times fit the level 2 cache: all modes together cost a fifth more each at 32,768.
constexpr std::size_t block = 8192;

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

/// The loss beyond its minimum, of the modes asked for.
class Excess {
public:
    Excess(const LearningProblem& problem, const TrainedWeights& trained)
        : problem_(problem), trained_(trained), lambda_(problem.network->lambda()) {}

    bool sweeps() const { return trained_.sweeps(); }

    /// Of consecutive modes at one noise level, added to `sum` at each time; `deviation` for times × block numbers.
    void add(const model::NoiseTerms& at, std::span<const double> tau, model::ModeRange modes,
             std::span<double> deviation, std::span<double> sum) const {
        const std::size_t end = modes.first + modes.count;
        for (std::size_t first = modes.first; first < end; first += block) {
            const std::size_t count = std::min(block, end - first);
            trained_.deviations(at, tau, {first, count}, deviation);
            for (std::size_t i = 0; i < tau.size(); ++i) {
                sum[i] += excess_at(at, lambda_.subspan(first, count), deviation.subspan(i * count, count));
            }
        }
    }

    /// Integrated over the noise levels. Groups of times choose their panels alone, but where weights are swept.
    std::vector<double> integral(const FlowQuadrature& quadrature, std::span<const double> tau,
                                 std::span<const model::ModeRange> ranges) const {
        std::size_t most = 0;
        for (const model::ModeRange& modes : ranges) most = std::max(most, modes.count);
        std::vector<double> deviation(tau.size() * std::min(most, block));
        std::vector<double> value(tau.size());
        std::vector<double> error(tau.size());
        quadrature.integrate_groups(
            [&](const model::NoiseTerms& at, FlowQuadrature::Groups some, std::span<double> out) {
                const auto wanted = sweeps() ? tau : tau.subspan(some.first, some.count);
                std::fill(out.begin(), out.end(), 0.0);
                for (const model::ModeRange& modes : ranges) add(at, wanted, modes, deviation, out);
            },
            sweeps() ? 1 : tau.size(), value, error);
        // The flow runs from noise to data, so its coordinate may fall: the measure dν is positive either way.
        for (double& v : value) v = std::abs(v);
        return value;
    }

    /// integral() of all modes of a network that LinearExcess applies to.
    std::vector<double> linear_integral(const FlowQuadrature& quadrature, std::span<const double> tau) const {
        LinearExcess of_level(problem_, tau);
        std::vector<double> value(tau.size());
        std::vector<double> error(tau.size());
        quadrature.integrate_groups([&](const model::NoiseTerms& at, FlowQuadrature::Groups some,
                                        std::span<double> out) { of_level.at(at, some.first, out); },
                                    tau.size(), value, error);
        for (double& v : value) v = std::abs(v);
        return value;
    }

private:
    const LearningProblem& problem_;
    const TrainedWeights& trained_;
    std::span<const double> lambda_;
};

/// Modes whose weights turn at a noise level of their own, and ranges of those that do not.
struct Modes {
    std::vector<std::size_t> turning;
    std::vector<double> turning_point;  // of each, in the path's coordinate
    std::vector<model::ModeRange> smooth;
};
Modes sorted(const LearningProblem& problem) {
    Modes modes;
    for (std::size_t k = 0; k < problem.network->modes(); ++k) {
        if (const auto turn = turning_point(problem, problem.network->lambda()[k])) {
            modes.turning.push_back(k);
            modes.turning_point.push_back(*turn);
        } else if (!modes.smooth.empty() && modes.smooth.back().first + modes.smooth.back().count == k) {
            ++modes.smooth.back().count;
        } else {
            modes.smooth.push_back({k, 1});
        }
    }
    return modes;
}

/// The loss beyond its minimum, of all modes, where it has a value.
class FiniteExcess {
public:
    FiniteExcess(const LearningProblem& problem, const Excess& excess, double tolerance, Threads threads)
        : problem_(problem), excess_(excess), modes_(sorted(problem)), tolerance_(tolerance), threads_(threads) {}

    void add(std::span<const double> tau, std::span<double> loss) const {
        if (tau.empty()) return;
        if (!modes_.smooth.empty()) add_smooth(tau, loss);
        if (!modes_.turning.empty()) add_turning(tau, loss);
    }

private:
    // Panels twice as wide as for variances, since 1e-10 is enough: half the evaluations (scenario 2).
    static constexpr double width = 1.34;
    // (w − w*)² is as a parabola beside a turn, whatever its sharpness: what is missed of it falls as the panel's cube.
    static constexpr double at_turn = 1e-3;

    void add_smooth(std::span<const double> tau, std::span<double> loss) const {
        const FlowQuadrature quadrature(problem_.objective, problem_.noise, problem_.data,
                                        {.tolerance = tolerance_, .panel_width = width});
        const bool linear = LinearExcess::applies(problem_);
        // Weights by steps cost all the steps before them, so that times share sweeps: eight, for threads to share.
        // Others share what a noise level costs: eight of them too, of a linear network sixteen, whose own cost is
        // less.
        const std::size_t few = linear ? 16 : 8;
        const std::size_t at_once = excess_.sweeps() ? std::max<std::size_t>(1, (tau.size() + 7) / 8) : few;
        numerics::parallel_for((tau.size() + at_once - 1) / at_once, threads_, [&](std::size_t job) {
            const std::size_t first = job * at_once;
            const auto times = tau.subspan(first, std::min(at_once, tau.size() - first));
            const std::vector<double> part = linear ? excess_.linear_integral(quadrature, times)
                                                    : excess_.integral(quadrature, times, modes_.smooth);
            for (std::size_t i = 0; i < times.size(); ++i) loss[first + i] += part[i];
        });
    }

    // Each by itself, on panels with an edge where it turns; some modes a job, whose sums are added in their order.
    void add_turning(std::span<const double> tau, std::span<double> loss) const {
        const std::size_t count = modes_.turning.size();
        const std::size_t of_job = std::max<std::size_t>(1, count / 256);
        std::vector<std::vector<double>> sums((count + of_job - 1) / of_job);
        numerics::parallel_for(sums.size(), threads_, [&](std::size_t job) {
            std::vector<double>& sum = sums[job];
            sum.assign(tau.size(), 0.0);
            for (std::size_t k = job * of_job; k < std::min(count, (job + 1) * of_job); ++k) {
                const FlowQuadrature quadrature(problem_.objective, problem_.noise, problem_.data,
                                                {.tolerance = tolerance_ / static_cast<double>(count),
                                                 .panel_width = width,
                                                 .turning_point = modes_.turning_point[k],
                                                 .turning_width = at_turn});
                const model::ModeRange alone{modes_.turning[k], 1};
                const std::vector<double> part = excess_.integral(quadrature, tau, std::span(&alone, 1));
                for (std::size_t i = 0; i < tau.size(); ++i) sum[i] += part[i];
            }
        });
        for (const std::vector<double>& sum : sums) {
            for (std::size_t i = 0; i < tau.size(); ++i) loss[i] += sum[i];
        }
    }

    const LearningProblem& problem_;
    const Excess& excess_;
    Modes modes_;
    double tolerance_;
    Threads threads_;
};

}  // namespace

std::vector<double> training_loss(const LearningProblem& problem, const TrainedWeights& trained,
                                  std::span<const double> tau, Threads threads) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double any = std::numeric_limits<double>::max();
    const NoiseSpan levels{problem.noise, problem.data};
    const std::span<const double> lambda = problem.network->lambda();
    std::vector<double> loss(tau.size(), infinity);
    const double least = least_loss(problem.objective, levels, lambda, any);
    if (least == infinity) return loss;

    const Excess excess(problem, trained);
    const model::ModeRange all{0, lambda.size()};
    const FlowQuadrature roughly(problem.objective, problem.noise, problem.data, {.tolerance = any});
    const LossScale scale = loss_scale(tau, least, [&](double time) {
        const double value = excess.integral(roughly, std::span(&time, 1), std::span(&all, 1)).front();
        std::vector<double> deviation(std::min(lambda.size(), block));
        const auto at_level = [&](const model::NoiseTerms& at) {
            double sum = 0.0;
            excess.add(at, std::span(&time, 1), all, deviation, std::span(&sum, 1));
            return sum;
        };
        return value_or_infinity(problem.objective, levels, at_level, value);
    });
    const auto finite = std::span(loss).subspan(scale.first);
    std::fill(finite.begin(), finite.end(), least_loss(problem.objective, levels, lambda, scale.tolerance));
    FiniteExcess(problem, excess, scale.tolerance, threads).add(tau.subspan(scale.first), finite);
    return loss;
}

}  // namespace eigenflow::dynamics

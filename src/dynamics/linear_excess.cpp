#include "linear_excess.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "eigenflow/numerics/exponential.hpp"

namespace eigenflow::dynamics {
namespace {

constexpr std::size_t block = 1024;  // exponents that stay in the level 1 cache on their way to exponentials

// Sixteen sums side by side: one sum would wait for every addition, and their order is fixed.
double product(std::span<const double> a, std::span<const double> b) {
    constexpr std::size_t lanes = 16;
    std::array<double, lanes> sums{};
    std::size_t k = 0;
    for (; k + lanes <= a.size(); k += lanes) {
        for (std::size_t j = 0; j < lanes; ++j) sums[j] += a[k + j] * b[k + j];
    }
    for (std::size_t j = 0; k < a.size(); ++k, ++j) sums[j] += a[k] * b[k];
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace

bool LinearExcess::applies(const LearningProblem& problem) {
    return problem.rule == TrainingRule::gradient_flow && problem.coupling == Coupling::independent &&
           problem.network->is_linear() && problem.network->trains_modes_alone() && !problem.network->couples_modes();
}

LinearExcess::LinearExcess(const LearningProblem& problem, std::span<const double> tau)
    : network_(*problem.network),
      gain_(network_.gain(0, 0.0)),
      decay_(tau.size() * network_.modes()),
      rate_(tau.size(), std::numeric_limits<double>::quiet_NaN()),
      size_(network_.modes()) {
    for (const double time : tau) eta_tau_.push_back(problem.clock(TrainingTime(time)).eta_tau());
}

// Where the rate varies, a time that is refined alone must not pay for those that share its first panels.
std::span<const double> LinearExcess::decay_at(std::size_t time, double rate) {
    const std::span<const double> lambda = network_.lambda();
    const std::span<double> decay = std::span(decay_).subspan(time * lambda.size(), lambda.size());
    if (rate == rate_[time]) return decay;
    rate_[time] = rate;
    const double progress = 2.0 * rate * eta_tau_[time];
    for (std::size_t first = 0; first < lambda.size(); first += block) {
        const std::size_t last = std::min(first + block, lambda.size());
        for (std::size_t k = first; k < last; ++k) decay[k] = -progress * lambda[k];
        numerics::exponentials(decay.subspan(first, last - first));
    }
    return decay;
}

void LinearExcess::at(const model::NoiseTerms& at, std::size_t first, std::span<double> excess) {
    const std::span<const double> lambda = network_.lambda();
    const std::span<const double> init = network_.initial_weights();
    const double rate = 2.0 * gain_ * at.omega;
    for (std::size_t k = 0; k < lambda.size(); ++k) {
        const double gap = init[k] - at.optimum(lambda[k]);
        size_[k] = at.curvature(lambda[k]) * (gap * gap);
    }
    for (std::size_t i = 0; i < excess.size(); ++i) {
        const double common = std::exp(-2.0 * rate * eta_tau_[first + i] * at.h0);
        // The sum is finite, and nothing is left of it.
        excess[i] = common == 0.0 ? 0.0 : at.loss_excess * common * product(size_, decay_at(first + i, rate * at.h1));
    }
}

}  // namespace eigenflow::dynamics

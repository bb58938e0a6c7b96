#include "linear_excess.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "eigenflow/numerics/exponential.hpp"

namespace eigenflow::dynamics {
namespace {

// Sixteen sums side by side: one sum would wait for every addition, and their order is fixed.
double product(std::span<const double> a, const double* b) {
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
      size_(network_.modes()) {
    for (const double time : tau) eta_tau_.push_back(problem.clock(TrainingTime(time)).eta_tau());
}

void LinearExcess::keep_decays(double rate) {
    if (rate == rate_) return;
    rate_ = rate;
    const std::span<const double> lambda = network_.lambda();
    for (std::size_t i = 0; i < eta_tau_.size(); ++i) {
        const std::span<double> decay = std::span(decay_).subspan(i * lambda.size(), lambda.size());
        const double progress = 2.0 * rate * eta_tau_[i];
        for (std::size_t k = 0; k < lambda.size(); ++k) decay[k] = -progress * lambda[k];
        numerics::exponentials(decay);
    }
}

void LinearExcess::at(const model::NoiseTerms& at, std::size_t first, std::span<double> excess) {
    const std::span<const double> lambda = network_.lambda();
    const std::span<const double> init = network_.initial_weights();
    const double rate = 2.0 * gain_ * at.omega;
    keep_decays(rate * at.h1);
    for (std::size_t k = 0; k < lambda.size(); ++k) {
        const double gap = init[k] - at.optimum(lambda[k]);
        size_[k] = at.curvature(lambda[k]) * (gap * gap);
    }
    for (std::size_t i = 0; i < excess.size(); ++i) {
        const double common = std::exp(-2.0 * rate * eta_tau_[first + i] * at.h0);
        // The sum is finite, and nothing is left of it.
        excess[i] =
            common == 0.0 ? 0.0 : at.loss_excess * common * product(size_, decay_.data() + (first + i) * lambda.size());
    }
}

}  // namespace eigenflow::dynamics

#include "variance_curve.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace eigenflow::dynamics {
namespace {

/// The whole steps on both sides of τ, and how far between them it lies; the same twice where it is one itself.
struct Between {
    double before, after;
    double part;
};
Between neighbours(const LearningProblem& problem, double tau) {
    if (problem.rule == TrainingRule::gradient_flow) return {tau, tau, 0.0};
    const model::TrainingClock nearest = problem.clock(TrainingTime(tau));
    if (nearest.eta_tau() == tau) return {tau, tau, 0.0};
    const double first = nearest.eta_tau() < tau ? nearest.steps() : nearest.steps() - 1.0;
    const double eta = problem.learning_rate.value;
    const double before = model::TrainingClock::descent(eta, first).eta_tau();
    const double after = model::TrainingClock::descent(eta, first + 1.0).eta_tau();
    return {before, after, std::clamp((tau - before) / eta, 0.0, 1.0)};
}

}  // namespace

void evaluate_variance(const LearningProblem& problem, const VarianceRoute& route, std::size_t mode,
                       std::span<const double> tau, std::span<double> variance) {
    std::vector<double> rising;  // routes take rising times
    for (const double time : tau) {
        const Between steps = neighbours(problem, time);
        rising.insert(rising.end(), {steps.before, steps.after});
    }
    std::sort(rising.begin(), rising.end());
    rising.erase(std::unique(rising.begin(), rising.end()), rising.end());
    const std::vector<double> known = route.variances(rising, {mode, 1}).variance;
    const auto at = [&](double time) {
        return known[static_cast<std::size_t>(std::lower_bound(rising.begin(), rising.end(), time) - rising.begin())];
    };
    for (std::size_t i = 0; i < tau.size(); ++i) {
        const Between steps = neighbours(problem, tau[i]);
        const double before = at(steps.before);
        const double after = at(steps.after);
        variance[i] =
            before == after ? before : std::exp((1.0 - steps.part) * std::log(before) + steps.part * std::log(after));
    }
}

}  // namespace eigenflow::dynamics

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "eigenflow/dynamics/trained_weights.hpp"

namespace eigenflow::dynamics {
namespace {

// Two digits, for sentences.
std::string digits(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 2).ptr;
    return {text.data(), end};
}

// The largest f on [low, high] by golden section, f having one maximum there.
template <class Function>
double peak(const Function& f, double low, double high) {
    constexpr double golden = 0.6180339887498949;
    constexpr int halvings = 40;  // of the interval by 0.618: to 4e-9 of it, where a smooth f is flat to 1e-16
    double left = high - golden * (high - low);
    double right = low + golden * (high - low);
    double at_left = f(left);
    double at_right = f(right);
    for (int i = 0; i < halvings; ++i) {
        if (at_left < at_right) {
            low = left;
            left = right;
            at_left = at_right;
            right = low + golden * (high - low);
            at_right = f(right);
        } else {
            high = right;
            right = left;
            at_right = at_left;
            left = high - golden * (high - low);
            at_left = f(left);
        }
    }
    return std::max(at_left, at_right);
}

// The steepest at any noise level that is sampled.
model::Stiffness stiffest(const LearningProblem& problem) {
    constexpr std::size_t levels = 500;
    const double noise = problem.objective.path().coordinate(problem.noise);
    const double data = problem.objective.path().coordinate(problem.data);
    const auto stiffness = [&](double x) { return problem.network->stiffness(problem.objective.at_coordinate(x)); };
    std::vector<double> coordinate;
    std::vector<model::Stiffness> known;
    for (std::size_t i = 0; i <= levels; ++i) {
        const double part = static_cast<double>(i) / levels;
        coordinate.push_back(i == levels ? data : noise + (data - noise) * part);
        known.push_back(stiffness(coordinate.back()));
    }
    const auto largest = [&](double model::Stiffness::*end) {
        const auto most =
            std::max_element(known.begin(), known.end(), [&](const auto& a, const auto& b) { return a.*end < b.*end; });
        const auto where = static_cast<std::size_t>(most - known.begin());
        const auto f = [&](double x) { return stiffness(x).*end; };
        return std::max((*most).*end,
                        peak(f, coordinate[where == 0 ? 0 : where - 1], coordinate[std::min(where + 1, levels)]));
    };
    return {.start = largest(&model::Stiffness::start), .limit = largest(&model::Stiffness::limit)};
}

}  // namespace

StableRate largest_stable_rate(const LearningProblem& problem) {
    model::Stiffness stiffness;
    if (problem.coupling == Coupling::shared) {
        const auto average = shared_terms(problem.objective);
        if (!average) return {};
        stiffness = problem.network->stiffness(*average);
    } else {
        stiffness = stiffest(problem);
    }
    // A hair below 2/κ: there η κ can't round to more than 2.
    constexpr double hair = 4.0 * std::numeric_limits<double>::epsilon();
    return {.value = 2.0 / stiffness.largest() * (1.0 - hair), .set_by_start = stiffness.start > stiffness.limit};
}

Result<void> check_descent_steps(const LearningProblem& problem, TrainingTime last) {
    if (problem.rule == TrainingRule::gradient_flow) return {};
    const bool linear = problem.network->is_linear();
    const double most = linear ? 0x1p53 : 1e7;
    const double steps = last.value / problem.learning_rate.value;
    if (steps <= most) return {};
    const std::string reason = linear ? "more than can be counted" : "and every layer is stepped";
    return Error{ErrorKind::usage,
                 "training.last = " + digits(last.value) + ": gradient descent takes training.last/learning_rate = " +
                     digits(steps) + " steps, " + reason + ": the most is " + digits(most) + ", use training.last = " +
                     digits(0.95 * most * problem.learning_rate.value) +  // 0.95: two digits may round up by 5 %
                     " or less, or rule = \"gradient-flow\""};
}

}  // namespace eigenflow::dynamics

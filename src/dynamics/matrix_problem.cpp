#include "eigenflow/dynamics/matrix_problem.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "eigenflow/core/finite.hpp"
#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/numerics/random.hpp"

namespace eigenflow::dynamics {
namespace {

constexpr std::array<std::string_view, 3> architectures = {"one-layer", "symmetric-two-layer", "two-layer"};

bool known(std::string_view architecture) {
    return std::find(architectures.begin(), architectures.end(), architecture) != architectures.end();
}

Error unknown(std::string_view architecture) {
    return {ErrorKind::usage, "network.architecture = \"" + std::string(architecture) +
                                  "\": modes that couple are trained by one of one-layer, symmetric-two-layer, "
                                  "two-layer: use one of them, or an aligned start and centred data"};
}

// What is generated is a difference from the mean, of whose 16 digits 4 are left there.
constexpr double largest_mean = 1e12;  // of the standard deviations of data and noise

Result<void> check_mean(const MatrixProblem& problem) {
    double mean = 0.0;
    double variance = problem.objective.path().initial_variance(problem.noise);
    for (const double v : problem.mean) mean = std::max(mean, std::abs(v));
    for (const double v : problem.lambda) variance = std::max(variance, v);
    const double largest = largest_mean * std::sqrt(variance);
    if (!(mean > largest) || !std::isfinite(mean)) return {};
    return Error{ErrorKind::usage,
                 "data.mean: " + shortest_text(mean) +
                     " leaves no digits for what is generated around it: its entries may be " + shortest_text(largest) +
                     " in size, 1e12 times the largest standard deviation of data and noise: shift the data"};
}

// p ≥ |q| with p q = w and p² − q² = c.
struct Factors {
    double p, q;
};
Factors factors(double w, double c) {
    const double sum = std::hypot(2.0 * w, c);  // p² + q²
    const double p = std::sqrt(0.5 * (sum + c));
    const double q = std::sqrt(0.5 * (sum - c));
    if (c >= 0.0) return {p, p > 0.0 ? w / p : 0.0};
    return {std::abs(w) / q, std::copysign(q, w)};
}

}  // namespace

std::span<const std::string_view> matrix_architectures() { return architectures; }

Result<MatrixLayers> random_layers(std::string_view architecture, std::size_t modes, std::size_t width, double scale,
                                   std::uint64_t seed) {
    if (!known(architecture)) return unknown(architecture);
    if (!(scale >= 0.0) || !std::isfinite(scale)) {
        return Error{ErrorKind::usage,
                     "network.init.scale = " + shortest_text(scale) + ": has to be finite and not negative"};
    }
    if (width == 0) width = modes;
    if (architecture == "one-layer" && width != modes) {
        return Error{ErrorKind::usage, "network.rank = " + std::to_string(width) +
                                           ": one-layer has no inner width: leave it out, or use two-layer"};
    }
    MatrixLayers layers{
        .architecture = std::string(architecture), .width = width, .first = {}, .second = {}, .bias = {}};
    numerics::RandomStream stream(seed, 6);
    const double deviation = scale / std::sqrt(static_cast<double>(modes));
    const auto draw = [&](std::vector<double>& out) {
        out.resize(modes * width);
        for (double& v : out) v = deviation * stream.normal();
    };
    draw(layers.first);
    if (architecture == "two-layer") draw(layers.second);
    return layers;
}

Result<MatrixLayers> aligned_layers(std::string_view architecture, std::span<const double> init, double imbalance) {
    if (!known(architecture)) return unknown(architecture);
    const std::size_t d = init.size();
    MatrixLayers layers{.architecture = std::string(architecture),
                        .width = d,
                        .first = std::vector<double>(d * d),
                        .second = {},
                        .bias = {}};
    if (architecture == "two-layer") layers.second.resize(d * d);
    for (std::size_t k = 0; k < d; ++k) {
        const std::size_t at = k * d + k;
        if (!std::isfinite(init[k]) || (architecture == "symmetric-two-layer" && init[k] < 0.0)) {
            return Error{ErrorKind::usage, "network.init = " + shortest_text(init[k]) + " of mode " +
                                               std::to_string(k + 1) + ": " + std::string(architecture) +
                                               " starts from weights that are finite" +
                                               (architecture == "symmetric-two-layer" ? " and not negative" : "")};
        }
        if (architecture == "one-layer") {
            layers.first[at] = init[k];
        } else if (architecture == "symmetric-two-layer") {
            layers.first[at] = std::sqrt(init[k]);
        } else {
            const Factors f = factors(init[k], imbalance);
            layers.first[at] = f.p;
            layers.second[at] = f.q;
        }
    }
    return layers;
}

model::TrainingClock MatrixProblem::clock(TrainingTime tau) const {
    if (rule == TrainingRule::gradient_flow) return model::TrainingClock::flow(learning_rate.value * tau.value);
    return model::TrainingClock::descent(learning_rate.value, std::round(tau.value / learning_rate.value));
}

bool MatrixProblem::has_bias() const {
    const auto nonzero = [](const std::vector<double>& values) {
        return std::any_of(values.begin(), values.end(), [](double v) { return v != 0.0; });
    };
    return nonzero(mean) || nonzero(layers.bias);
}

Result<void> check(const MatrixProblem& problem) {
    std::string sentences;
    const auto demand = [&](bool holds, const std::string& sentence) {
        if (!holds) sentences += (sentences.empty() ? "" : "\n") + sentence;
    };
    const std::size_t d = problem.modes();
    const MatrixLayers& layers = problem.layers;
    demand(d > 0, "data: has no modes");
    demand(all_finite(problem.lambda) &&
               std::all_of(problem.lambda.begin(), problem.lambda.end(), [](double v) { return v >= 0.0; }),
           "data.variances: have to be finite and not negative");
    demand(problem.mean.empty() || problem.mean.size() == d,
           "data.mean: has " + std::to_string(problem.mean.size()) + " numbers for " + std::to_string(d) + " modes");
    demand(all_finite(problem.mean), "data.mean: has to be finite");
    if (auto moderate = check_mean(problem); !moderate) demand(false, moderate.error().message);
    if (!known(layers.architecture)) {
        demand(false, unknown(layers.architecture).message);
    } else {
        const bool two = layers.architecture == "two-layer";
        demand(layers.width >= 1 && (layers.architecture != "one-layer" || layers.width == d),
               "network.rank = " + std::to_string(layers.width) +
                   ": has to be 1 or more, and of one-layer the number "
                   "of modes");
        demand(layers.first.size() == d * layers.width && layers.second.size() == (two ? d * layers.width : 0),
               "network.init: the layers do not have the shape of " + layers.architecture);
        demand(layers.bias.empty() || layers.bias.size() == d, "network.init: the bias has another length than modes");
        demand(all_finite(layers.first) && all_finite(layers.second) && all_finite(layers.bias),
               "network.init: has to be finite");
    }
    demand(problem.learning_rate.value > 0.0 && std::isfinite(problem.learning_rate.value),
           "training.learning_rate: has to be positive and finite");
    if (const auto range = problem.objective.check_range(problem.noise, problem.data); !range) {
        demand(false, range.error().message);
    }
    if (!sentences.empty()) return Error{ErrorKind::usage, sentences};
    return {};
}

Result<void> check_descent_steps(const MatrixProblem& problem, TrainingTime last) {
    if (problem.rule == TrainingRule::gradient_flow) return {};
    const bool one = problem.layers.architecture == "one-layer";
    const double most = one ? 0x1p53 : 1e5;
    const double steps = last.value / problem.learning_rate.value;
    if (steps <= most) return {};
    return Error{ErrorKind::usage,
                 "training.last = " + shortest_text(last.value) +
                     ": gradient descent takes training.last/learning_rate = " + shortest_text(std::round(steps)) +
                     " steps, " + (one ? "more than can be counted" : "and every step is taken on whole layers") +
                     ": the most is " + shortest_text(most) + ", use training.last = " +
                     shortest_text(most * problem.learning_rate.value) + " or less, or rule = \"gradient-flow\""};
}

}  // namespace eigenflow::dynamics

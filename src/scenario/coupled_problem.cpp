#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "learning_problem.hpp"

// A scenario whose modes couple, in the words of dynamics.

namespace eigenflow::scenario {

namespace {

std::vector<double> leading_columns(const std::vector<double>& square, std::size_t d, std::size_t width) {
    std::vector<double> narrow;
    for (std::size_t i = 0; i < d; ++i) {
        const auto row = square.begin() + static_cast<std::ptrdiff_t>(i * d);
        narrow.insert(narrow.end(), row, row + static_cast<std::ptrdiff_t>(width));
    }
    return narrow;
}

// Of aligned layers, those of the leading modes; the other modes have none, and never learn.
void narrow(dynamics::MatrixLayers& layers, std::size_t modes, std::size_t width) {
    layers.first = leading_columns(layers.first, modes, width);
    layers.second.resize(width * modes);
    layers.width = width;
}

void add_identity(std::vector<double>& layer, std::size_t rows, std::size_t columns) {
    for (std::size_t k = 0; k < std::min(rows, columns) && !layer.empty(); ++k) layer[k * columns + k] += 1.0;
}

Result<dynamics::MatrixLayers> aligned(const Scenario& s, std::size_t modes) {
    std::vector<double> init = s.network.init.aligned;
    if (init.size() == 1) init.assign(modes, init.front());
    if (init.size() == modes) return dynamics::aligned_layers(s.network.architecture, init);
    return Error{ErrorKind::usage, fmt::format("network.init has {} numbers for {} modes: write one, or one per mode",
                                               init.size(), modes)};
}

Result<dynamics::MatrixLayers> layers_of(const Scenario& s, std::size_t modes) {
    const auto rank = static_cast<std::size_t>(s.network.rank);
    if (rank > modes) {
        return Error{ErrorKind::usage,
                     fmt::format("network.rank = {}: must be at most the number of modes, {}: leave it out for full "
                                 "rank",
                                 rank, modes)};
    }
    const auto& random = s.network.init.random;
    auto layers = random ? dynamics::random_layers(s.network.architecture, modes, rank, random->scale, random->seed)
                         : aligned(s, modes);
    if (!layers) return layers;
    if (s.network.residual) {
        add_identity(layers->first, modes, layers->width);
        add_identity(layers->second, layers->width, modes);
    }
    if (!random && rank > 0) narrow(*layers, modes, rank);
    return layers;
}

}  // namespace

Result<dynamics::MatrixProblem> make_matrix_problem(const Scenario& s, const data::Spectrum& spectrum) {
    const auto objective = model::Objective::create(objective_of(s));
    if (!objective) return objective.error();
    auto layers = layers_of(s, spectrum.modes());
    if (!layers) return layers.error();
    dynamics::MatrixProblem problem{.lambda = {spectrum.variances().begin(), spectrum.variances().end()},
                                    .mean = {spectrum.mean().begin(), spectrum.mean().end()},
                                    .layers = std::move(*layers),
                                    .objective = *objective,
                                    .rule = rule_of(s),
                                    .coupling = coupling_of(s),
                                    .learning_rate = LearningRate(s.training.learning_rate),
                                    .noise = NoiseLevel(*s.sampling.noise),
                                    .data = NoiseLevel(*s.sampling.data)};
    if (auto sound = dynamics::check(problem); !sound) return sound.error();
    return problem;
}

}  // namespace eigenflow::scenario

#include "coupled_scenario.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "chance.hpp"
#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/dynamics/simulate_matrix.hpp"
#include "eigenflow/model/registry.hpp"
#include "every_objective.hpp"

namespace eigenflow::torture {
namespace {

constexpr std::uint64_t first_stream = std::uint64_t{1} << 32;  // beyond those of scenarios of modes that train alone

// One in four has layers, which take ten times as long.
std::string draw_architecture(Chance& chance, std::uint64_t number) {
    if (number % 4 != 3) return "one-layer";
    return chance.one_in(2) ? "symmetric-two-layer" : "two-layer";
}

std::size_t draw_modes(Chance& chance, bool layers) {
    if (!layers) return 2 + chance.below(5);
    return 2 + chance.below(3);
}

model::ObjectiveSpec draw_objective(Chance& chance) {
    static const std::vector<model::ObjectiveSpec> all = tests::every_objective(model::weighting_names());
    model::ObjectiveSpec spec = chance.of(all);
    if (chance.one_in(3)) spec = {};
    if (chance.one_in(2)) {
        spec.sigma_data = chance.log_between(0.1, 2.0);
        spec.P_mean = chance.between(-2.0, 0.0);
        spec.P_std = chance.between(0.5, 1.5);
    }
    return spec;
}

void draw_ends(Chance& chance, bool layers, dynamics::MatrixProblem& problem) {
    const model::ObjectiveSpec& spec = problem.objective.spec();
    const model::PathDefaults ends = model::path_defaults(spec.path);
    problem.noise = NoiseLevel(ends.noise);
    problem.data = NoiseLevel(ends.data);
    if (spec.path == "ve") {
        // What an untrained network takes for noise grows as e^σ.
        const double most = spec.target == "noise" ? 10.0 : layers ? 20.0 : 200.0;
        problem.noise = NoiseLevel(chance.log_between(2.0, most));
        problem.data = NoiseLevel(chance.log_between(layers ? 0.02 : 1e-3, 0.5));
    } else if (spec.path == "flow") {
        if (layers || spec.target != "velocity" || chance.one_in(2)) {
            problem.noise = NoiseLevel(chance.log_between(1e-4, 3e-2));
            problem.data = NoiseLevel(1.0 - chance.log_between(1e-4, 3e-2));
        }
    } else if (chance.one_in(2)) {
        problem.data = NoiseLevel(chance.log_between(1e-4, 3e-2));
    }
}

void draw_data(Chance& chance, bool layers, std::size_t modes, dynamics::MatrixProblem& problem) {
    for (std::size_t k = 0; k < modes; ++k) {
        problem.lambda.push_back(layers ? chance.log_between(1e-2, 10.0) : chance.log_between(1e-6, 1e3));
    }
    std::sort(problem.lambda.rbegin(), problem.lambda.rend());
    if (chance.one_in(2)) return;
    const double size = chance.log_between(1e-3, layers ? 3.0 : 10.0);
    for (std::size_t k = 0; k < modes; ++k) problem.mean.push_back(size * chance.normal());
}

Result<dynamics::MatrixLayers> draw_layers(Chance& chance, const std::string& architecture, std::size_t modes,
                                           bool centred, std::string& start) {
    const bool one = architecture == "one-layer";
    if (!centred && chance.one_in(3)) {
        std::vector<double> init;
        for (std::size_t k = 0; k < modes; ++k) init.push_back(chance.initial_weight());
        const double imbalance = architecture == "two-layer" && chance.one_in(2) ? chance.between(-1.0, 1.0) : 0.0;
        start = "aligned imbalance=" + shortest_text(imbalance);
        return dynamics::aligned_layers(architecture, init, imbalance);
    }
    const std::size_t width = one ? 0 : 1 + chance.below(static_cast<std::uint32_t>(modes));
    const double scale = chance.log_between(0.01, 1.5);
    start = one ? "" : "rank=" + std::to_string(width) + " ";
    start += "start=" + shortest_text(scale);
    auto layers = dynamics::random_layers(architecture, modes, width, scale, chance.below(1000000));
    if (layers && chance.one_in(4)) {
        for (std::size_t k = 0; k < modes; ++k) layers->bias.push_back(scale * chance.normal());
        start += " bias";
    }
    return layers;
}

double square_sum(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double v : values) sum += v * v;
    return sum;
}

// The fastest rate of training at a noise level: of one layer 2ω h, of layers times their squares.
double rate_at(const dynamics::MatrixProblem& problem, const DenseMoments& m, bool layers) {
    const double h = static_cast<double>(m.second) * (problem.lambda.front() + square_sum(problem.mean)) +
                     static_cast<double>(m.unit + m.one);
    if (!layers) return 2.0 * h;
    const double last = problem.lambda.front() * static_cast<double>(m.second) + static_cast<double>(m.unit);
    const double optimum =
        std::abs(problem.lambda.front() * static_cast<double>(m.cross_second) + static_cast<double>(m.cross_unit)) /
        std::max(last, 1e-300);
    return 2.0 * h * (square_sum(problem.layers.first) + square_sum(problem.layers.second) + 4.0 * optimum);
}

double fastest_rate(const CoupledScenario& s, const ExactObjective& objective, double from, double to) {
    if (s.shared()) return rate_at(s.problem, average_moments(objective), s.layers());
    double fastest = 0.0;
    constexpr int levels = 24;
    for (int i = 0; i <= levels; ++i) {
        const DenseMoments m = moments_at(objective.at(from + (to - from) * i / levels));
        fastest = std::max(fastest, rate_at(s.problem, m, s.layers()));
    }
    return fastest;
}

// Times at which something happens somewhere on the path.
void draw_times(Chance& chance, CoupledScenario& s) {
    const ExactObjective objective(s.problem.objective.spec(), 40);
    const auto from = static_cast<double>(objective.coordinate(s.problem.noise.value));
    const auto to = static_cast<double>(objective.coordinate(s.problem.data.value));
    double rate = 0.0;
    if (s.layers() || s.shared()) {
        rate = fastest_rate(s, objective, from, to);
    } else {
        const Exact middle = std::clamp(chance.between(from, to), -12.0, 12.0);
        rate = rate_at(s.problem, moments_at(objective.at(middle)), false);
    }
    const double eta = s.problem.learning_rate.value;
    s.tau = {0.0};
    s.progress = {{}};
    if (s.descent()) s.progress[0].step = eta;
    std::vector<double> drawn;
    for (int i = 0; i < 3; ++i) {
        if (s.descent()) {
            drawn.push_back(std::round(chance.log_between(1.0, s.layers() ? 300.0 : 1e6)));
        } else {
            drawn.push_back(chance.log_between(1e-2, s.layers() ? 300.0 : 1e6) / std::max(rate, 1e-200) / eta);
        }
    }
    std::sort(drawn.begin(), drawn.end());
    drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
    for (const double time : drawn) {
        s.tau.push_back(s.descent() ? time * eta : time);
        s.progress.push_back(s.descent() ? Progress{0, static_cast<long>(time), eta}
                                         : Progress{static_cast<Real>(time) * eta, 0, 0});
    }
}

}  // namespace

Result<CoupledScenario> draw_coupled_scenario(std::uint64_t seed, std::uint64_t number) {
    Chance chance(seed, first_stream + number);
    const std::string architecture = draw_architecture(chance, number);
    const bool layers = architecture != "one-layer";
    const std::size_t modes = draw_modes(chance, layers);
    const auto objective = model::Objective::create(draw_objective(chance));
    if (!objective) return objective.error();
    CoupledScenario s{.number = number,
                      .problem = {.lambda = {}, .layers = {}, .objective = *objective},
                      .tau = {},
                      .progress = {},
                      .start = {}};
    draw_data(chance, layers, modes, s.problem);
    draw_ends(chance, layers, s.problem);
    auto drawn = draw_layers(chance, architecture, modes, s.problem.mean.empty(), s.start);
    if (!drawn) return drawn.error();
    s.problem.layers = std::move(*drawn);
    if (chance.one_in(6)) s.problem.coupling = dynamics::Coupling::shared;
    if (chance.one_in(6)) s.problem.rule = dynamics::TrainingRule::gradient_descent;
    if (auto sound = dynamics::check(s.problem); !sound) return sound.error();
    if (s.descent()) {
        const double largest = dynamics::largest_stable_rate(s.problem).value;
        if (!std::isfinite(largest) || !(largest > 1e-200)) return Error{ErrorKind::usage, "no rate of descent"};
        s.problem.learning_rate = LearningRate(largest * chance.log_between(0.01, 1.0));
    } else if (chance.one_in(2)) {
        s.problem.learning_rate = LearningRate(chance.log_between(1e-3, 1e3));
    }
    draw_times(chance, s);
    return s;
}

std::string CoupledScenario::text() const {
    const model::ObjectiveSpec& spec = problem.objective.spec();
    std::string out = "scenario=" + std::to_string(number) + " architecture=" + problem.layers.architecture;
    const auto number_of = [&](const char* key, double value) {
        out += std::string(" ") + key + "=" + shortest_text(value);
    };
    out += " modes=" + std::to_string(problem.modes()) + " " + start;
    if (!problem.mean.empty()) number_of("mean", std::sqrt(square_sum(problem.mean)));
    out += " path=" + spec.path + " target=" + spec.target;
    if (spec.preconditioning != "none") out += " preconditioning=" + spec.preconditioning;
    if (spec.weighting != "uniform") out += " weighting=" + spec.weighting;
    if (shared()) out += " coupling=shared";
    if (problem.learning_rate.value != 1.0) number_of(descent() ? "descent" : "eta", problem.learning_rate.value);
    number_of("noise", problem.noise.value);
    number_of("data", problem.data.value);
    return out;
}

}  // namespace eigenflow::torture

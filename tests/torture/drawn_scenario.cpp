#include "drawn_scenario.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "chance.hpp"
#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/numerics/random.hpp"
#include "every_objective.hpp"

namespace eigenflow::torture {
namespace {

std::vector<Cell> make_cells() {
    std::vector<std::string> samplers = {"exact"};
    for (std::string& name : dynamics::sampler_names()) samplers.push_back(std::move(name));
    std::vector<Cell> cells;
    for (const std::string& architecture : model::architecture_names()) {
        for (const model::ObjectiveSpec& objective : tests::every_objective(model::weighting_names())) {
            for (const std::string& sampler : samplers) cells.push_back({architecture, objective, sampler});
        }
    }
    return cells;
}

void draw_objective(Chance& chance, const Cell* wanted, DrawnScenario& s) {
    s.objective = wanted ? wanted->objective : chance.of(all_cells()).objective;
    if (!wanted && chance.one_in(4)) {  // where closed forms are, and where the published theory is
        s.objective = {};
        if (chance.one_in(2)) s.objective = {.path = "flow", .target = "velocity"};
    }
    if (chance.one_in(2)) {
        s.objective.sigma_data = chance.log_between(0.1, 2.0);
        s.objective.P_mean = chance.between(-2.0, 0.0);
        s.objective.P_std = chance.between(0.5, 1.5);
    }
    if (chance.one_in(6)) s.coupling = dynamics::Coupling::shared;
    const model::PathDefaults ends = model::path_defaults(s.objective.path);
    s.noise = ends.noise;
    s.data = ends.data;
    if (s.objective.path == "ve") {
        s.noise = chance.log_between(1.0, 1e4);
        s.data = chance.log_between(1e-5, 1.0);
    } else if (s.objective.path == "flow") {
        if (s.objective.target != "velocity" || chance.one_in(3)) {
            s.noise = chance.log_between(1e-5, 1e-2);
            s.data = 1.0 - chance.log_between(1e-5, 1e-2);
        }
    } else if (chance.one_in(2)) {
        s.data = chance.log_between(1e-5, 1e-2);
    }
}

void draw_network(Chance& chance, const Cell* wanted, DrawnScenario& s) {
    s.network.architecture = wanted ? wanted->architecture : chance.of(all_cells()).architecture;
    const bool convolution = s.network.architecture.ends_with("convolution");
    const std::size_t modes = convolution ? 12 : 8;
    if (convolution) {
        s.largest = chance.log_between(1e-12, 1e6);
        s.exponent = chance.between(0.0, 3.0);
        const auto spectrum = data::power_law_fourier_spectrum({12}, s.exponent, s.largest);
        for (const data::Frequency k : spectrum->frequencies()) s.frequencies.push_back(k.x);
    } else {
        for (std::size_t k = 0; k < modes; ++k) s.lambda.push_back(chance.log_between(1e-12, 1e6));
        std::sort(s.lambda.rbegin(), s.lambda.rend());
    }
    s.network.init.clear();
    const std::size_t weights = s.network.architecture == "patch-convolution" ? 1 : modes;
    for (std::size_t k = 0; k < weights; ++k) s.network.init.push_back(chance.initial_weight());
    s.network.depth = 1 + static_cast<int>(chance.below(8));
    if (chance.one_in(2)) s.network.imbalance = (chance.one_in(2) ? -1.0 : 1.0) * chance.log_between(1e-12, 2.0);
    s.network.residual = chance.one_in(10);
}

void draw_sampling(Chance& chance, const Cell* wanted, DrawnScenario& s) {
    if (wanted || chance.one_in(2)) s.sampling.solver = wanted ? wanted->sampler : chance.of(all_cells()).sampler;
    if (s.sampling.solver == "exact") return;
    s.sampling.steps = 2 + static_cast<int>(chance.below(40));
    s.sampling.rho = chance.between(1.0, 10.0);
    s.sampling.to_zero = s.objective.path == "ve" && chance.one_in(2);
}

}  // namespace

const std::vector<Cell>& all_cells() {
    static const std::vector<Cell> all = make_cells();
    return all;
}

std::string Cell::text() const {
    return architecture + " " + objective.path + " " + objective.target + " " + objective.preconditioning + " " +
           objective.weighting + " " + sampler;
}

Cell DrawnScenario::cell() const { return {network.architecture, objective, sampling.solver}; }

bool DrawnScenario::chosen(std::uint32_t n, std::uint64_t purpose) const {
    return numerics::RandomStream(number, 16 + purpose).below(n) == 0;
}

DrawnScenario draw_scenario(std::uint64_t seed, std::uint64_t number) {
    Chance chance(seed, number);
    const std::vector<Cell>& cells = all_cells();
    constexpr std::uint64_t stride =
        7919;  // prime: each round meets every cell once, and a short run all architectures
    const bool in_turn = number < rounds_of_cells * cells.size();
    const Cell* wanted = in_turn ? &cells[number * stride % cells.size()] : nullptr;
    DrawnScenario s;
    s.number = number;
    draw_network(chance, wanted, s);
    draw_objective(chance, wanted, s);
    draw_sampling(chance, wanted, s);
    if (chance.one_in(6)) s.rule = dynamics::TrainingRule::gradient_descent;
    const bool descent = s.rule == dynamics::TrainingRule::gradient_descent;
    if (descent || chance.one_in(2)) s.learning_rate = chance.log_between(descent ? 0.01 : 1e-3, descent ? 1.0 : 1e3);
    s.tau = {0.0};
    const int times = chance.one_in(4) ? 12 : 7;
    for (int i = 0; i < times; ++i) s.tau.push_back(chance.log_between(1e-8, 1e12) / (descent ? 1.0 : s.learning_rate));
    std::sort(s.tau.begin(), s.tau.end());
    return s;
}

Result<dynamics::LearningProblem> problem_of(const DrawnScenario& s) {
    auto spectrum = s.lambda.empty() ? data::power_law_fourier_spectrum({12}, s.exponent, s.largest)
                                     : data::Spectrum::principal(s.lambda);
    if (!spectrum) return spectrum.error();
    auto network = model::make_network(s.network, *spectrum);
    if (!network) return network.error();
    auto objective = model::Objective::create(s.objective);
    if (!objective) return objective.error();
    return dynamics::LearningProblem{.network = std::shared_ptr<const model::Network>(std::move(*network)),
                                     .objective = *objective,
                                     .rule = s.rule,
                                     .coupling = s.coupling,
                                     .learning_rate = LearningRate(s.learning_rate),
                                     .noise = NoiseLevel(s.noise),
                                     .data = NoiseLevel(s.data)};
}

std::string choose_descent(DrawnScenario& s, dynamics::LearningProblem& problem) {
    const double largest = dynamics::largest_stable_rate(problem).value;
    if (largest == 0.0) return "descent: no average over the noise levels";
    if (std::isinf(largest)) return "descent: nothing is learned";
    s.learning_rate *= largest;
    if (!(s.learning_rate > 1e-300)) return "descent: stable below 1e-300 alone";
    problem.learning_rate = LearningRate(s.learning_rate);
    // Layers are stepped one by one; linear networks have a closed form.
    const double steps = problem.network->is_linear() ? 1e12 : 300.0;
    Chance chance(s.number, 1);
    for (double& time : s.tau) {
        if (time > 0.0) time = s.learning_rate * std::round(chance.log_between(1.0, steps));
    }
    std::sort(s.tau.begin(), s.tau.end());
    s.tau = dynamics::training_times(problem, s.tau);
    return s.tau.size() > 1 && std::isfinite(s.tau.back()) ? "" : "descent: times that are not finite";
}

std::string DrawnScenario::text() const {
    std::string out = "scenario=" + std::to_string(number) + " architecture=" + network.architecture;
    const auto number_of = [&](const char* key, double value) {
        out += std::string(" ") + key + "=" + shortest_text(value);
    };
    if (network.architecture == "deep") out += " depth=" + std::to_string(network.depth);
    if (network.architecture == "two-layer") number_of("imbalance", network.imbalance);
    if (network.residual) out += " residual";
    if (lambda.empty()) {
        number_of("largest", largest);
        number_of("exponent", exponent);
    }
    out += " path=" + objective.path + " target=" + objective.target;
    if (objective.preconditioning != "none") out += " preconditioning=" + objective.preconditioning;
    if (objective.weighting != "uniform") out += " weighting=" + objective.weighting;
    if (objective.sigma_data != 0.5) {
        number_of("sigma_data", objective.sigma_data);
        number_of("P_mean", objective.P_mean);
        number_of("P_std", objective.P_std);
    }
    if (coupling == dynamics::Coupling::shared) out += " coupling=shared";
    if (rule == dynamics::TrainingRule::gradient_descent) {
        number_of("descent", learning_rate);
    } else if (learning_rate != 1.0) {
        number_of("eta", learning_rate);
    }
    number_of("noise", noise);
    number_of("data", data);
    if (sampling.solver != "exact") {
        out += " sampler=" + sampling.solver + " steps=" + std::to_string(sampling.steps);
        number_of("rho", sampling.rho);
        if (sampling.to_zero) out += " to_zero";
    }
    return out;
}

}  // namespace eigenflow::torture

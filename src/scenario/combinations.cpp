#include <algorithm>
#include <string>
#include <vector>

#include "eigenflow/data/patch_covariance.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "learning_problem.hpp"
#include "rules.hpp"

// Whether architecture, objective, path and solvers go together: asked of model and dynamics, which know, before any
// data are read.

namespace eigenflow::scenario {

namespace {

using Verdict = std::optional<Breach>;

// Their sentences read "<key, perhaps with value>: reason: remedy".
Breach breach_of(const Error& error) {
    const std::string& text = error.message;
    const std::size_t reason = std::min(text.find(": "), text.size() - 2) + 2;
    const std::size_t remedy = text.rfind(": ");
    return {text.substr(reason, remedy - reason), text.substr(remedy + 2)};
}

bool concerns(const Error& error, std::string_view key) {
    const std::string_view text = error.message;
    return text.starts_with(key) && text.find_first_of(" :") == key.size();
}

Verdict first_on(std::string_view key, const std::vector<Error>& errors) {
    for (const Error& error : errors) {
        if (concerns(error, key)) return breach_of(error);
    }
    return {};
}

template <class T>
Verdict first_on(std::string_view key, const Result<T>& result) {
    return result ? Verdict() : first_on(key, std::vector{result.error()});
}

Verdict target_belongs_to_path(const Scenario& s) {
    return first_on("objective.target", model::contradictions(objective_of(s)));
}

Verdict preconditioning_is_defined(const Scenario& s) {
    return first_on("objective.preconditioning", model::contradictions(objective_of(s)));
}

Verdict weighting_is_defined(const Scenario& s) {
    return first_on("objective.weighting", model::contradictions(objective_of(s)));
}

Verdict shared_weights_have_an_average(const Scenario& s) {
    if (s.objective.coupling != "shared") return {};
    const auto objective = model::Objective::create(objective_of(s));
    return objective ? first_on("objective.coupling", dynamics::shared_terms(*objective)) : Verdict();
}

// The network on as many modes as init lists: one, or all of them.
Result<std::unique_ptr<const model::Network>> probe(const Scenario& s) {
    model::NetworkSpec spec = network_of(s);
    spec.kernel = 1;
    const auto modes = static_cast<int>(spec.init.size());
    const auto spectrum = data::power_law_fourier_spectrum({modes}, 0.0, 1.0);
    if (!spectrum) return spectrum.error();
    return model::make_network(spec, *spectrum);
}

Verdict network_can_start(const Scenario& s) { return first_on("network.init", probe(s)); }

Verdict layers_can_differ(const Scenario& s) {
    return s.network.imbalance == 0.0 ? Verdict() : first_on("network.imbalance", probe(s));
}

Verdict convolution_has_frequencies(const Scenario& s) {
    // A csv file holds Fourier modes when it has columns for them.
    if (s.data.basis == "fourier" || s.data.source == "csv") return {};
    const auto spectrum = data::Spectrum::principal({1.0});
    if (!spectrum) return {};
    return first_on("network.architecture",
                    model::make_network({.architecture = s.network.architecture, .init = {1.0}}, *spectrum));
}

Verdict kernel_fits_the_grid(const Scenario& s) {
    // A csv file has a grid of its own.
    if (s.network.architecture != "patch-convolution" || s.data.basis != "fourier" || s.data.source == "csv" ||
        s.data.shape.empty()) {
        return {};
    }
    const auto window = data::filter_window(s.data.shape, s.network.kernel);
    if (window) return {};
    return breach_of({window.error().kind, "network.kernel: " + window.error().message});
}

Verdict training_solver_exists(const Scenario& s) {
    return first_on("training.solver", dynamics::contradictions(routes_of(s)));
}

Verdict last_step_has_a_meaning(const Scenario& s) {
    return first_on("sampling.to_zero", dynamics::contradictions(routes_of(s)));
}

Verdict flow_can_start(const Scenario& s) { return first_on("sampling.noise", dynamics::contradictions(routes_of(s))); }

Verdict flow_can_end(const Scenario& s) { return first_on("sampling.data", dynamics::contradictions(routes_of(s))); }

}  // namespace

// A broken relation takes its first key out of the relations behind it. So the keys that many take part in come last,
// and what else is wrong with an architecture or an objective is told in the same go.
std::span<const Rule> combinations() {
    static const std::vector<Rule> table = {
        {{"training.solver", "network.architecture", "data.channels", "objective.preconditioning",
          "objective.weighting", "objective.target", "objective.path", "objective.coupling", "training.rule",
          "sampling.noise", "sampling.data"},
         training_solver_exists},
        {{"network.kernel", "network.architecture", "data.shape", "data.basis", "data.source"}, kernel_fits_the_grid},
        {{"network.init", "network.architecture"}, network_can_start},
        {{"network.imbalance", "network.architecture"}, layers_can_differ},
        {{"network.architecture", "data.basis", "data.source"}, convolution_has_frequencies},
        {{"sampling.to_zero", "sampling.solver", "objective.path"}, last_step_has_a_meaning},
        {{"sampling.data", "objective.target", "objective.path", "sampling.solver", "sampling.noise"}, flow_can_end},
        {{"sampling.noise", "objective.target", "objective.path", "sampling.solver"}, flow_can_start},
        {{"objective.coupling", "objective.weighting", "objective.path", "objective.target"},
         shared_weights_have_an_average},
        {{"objective.preconditioning", "objective.path", "objective.target"}, preconditioning_is_defined},
        {{"objective.weighting", "objective.path"}, weighting_is_defined},
        {{"objective.target", "objective.path"}, target_belongs_to_path},
    };
    return table;
}

}  // namespace eigenflow::scenario

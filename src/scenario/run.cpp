#include "eigenflow/scenario/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "analysis_settings.hpp"
#include "coupled_run.hpp"
#include "eigenflow/analysis/distance.hpp"
#include "eigenflow/data/fourier_pairs.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/scenario/recorded_run.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "eigenflow/scenario/validate.hpp"
#include "learning_problem.hpp"

namespace eigenflow::scenario {
namespace {

Result<std::vector<double>> time_grid(const Scenario& s) {
    if (!s.training.times.empty()) return read_times(times_file(s));
    return dynamics::log_spaced_times(s.training.first, s.training.last, s.training.points);
}

Result<void> refuse_problems(const Scenario& scenario) {
    std::string sentences;
    for (const Problem& problem : validate(scenario)) {
        if (!sentences.empty()) sentences += '\n';
        sentences += problem.sentence();
    }
    if (sentences.empty()) return {};
    return Error{ErrorKind::usage, sentences};
}

// g(Q) = 0: every Q that a gradient flow can't leave, whatever the data (Q = 0 of tied networks).
std::vector<std::string> notes_on(const dynamics::LearningProblem& problem) {
    const std::span<const double> init = problem.network->initial_weights();
    std::size_t stuck = 0;
    for (std::size_t k = 0; k < init.size(); ++k) stuck += problem.network->gain(k, init[k]) == 0.0 ? 1 : 0;
    return note_on_stuck(stuck, init.size(), problem.network->architecture(), "network.init > 0");
}

std::vector<std::string> notes_on_precision(const dynamics::Simulation& simulation, bool matrix) {
    std::vector<std::string> notes;
    const std::size_t vanishing = simulation.vanishing_count();
    const std::size_t missed = simulation.imprecise_count() - vanishing;
    if (missed > 0) {
        notes.push_back(fmt::format(
            "{} variances may be off by more than {:g} in ln (estimates up to {:.2g}) and say imprecise: "
            "{}use {}.solver = \"ode\" as a check",
            missed, simulation.promise, simulation.counts.worst_error, matrix ? "" : "raise sampling.max_panels, or ",
            matrix || !simulation.coupled.chi.empty() ? "sampling" : "training"));
    }
    if (vanishing > 0) {
        notes.push_back(
            fmt::format("{} variances lie below 2.3e-308, where doubles lose their digits, and say imprecise: "
                        "lower sampling.noise, or scale the data up",
                        vanishing));
    }
    return notes;
}

std::vector<Distance> distances(const dynamics::Simulation& simulation) {
    const Trajectories& t = simulation.trajectories;
    const std::span<const double> exact = simulation.exact_variance;
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    std::vector<Distance> rows;
    for (std::size_t i = 0; i < t.times(); ++i) {
        const std::span<const double> row = t.row(i);
        Distance d{.tau = t.tau[i],
                   .kl = analysis::kl_divergence(row, t.target),
                   .w2 = analysis::wasserstein_distance(row, t.target),
                   .loss = simulation.loss[i],
                   .limit_kl = analysis::kl_divergence(row, t.limit),
                   .limit_w2 = analysis::wasserstein_distance(row, t.limit),
                   .sampler_kl = none,
                   .sampler_w2 = none};
        if (!simulation.coupled.distances.empty()) {  // of the laws themselves, which no sum over modes knows
            const dynamics::CoupledModes::Distances& law = simulation.coupled.distances[i];
            d.kl = law.kl;
            d.w2 = law.w2;
            d.limit_kl = law.limit_kl;
            d.limit_w2 = law.limit_w2;
            if (!exact.empty()) d.sampler_kl = law.sampler_kl, d.sampler_w2 = law.sampler_w2;
        } else if (!exact.empty()) {
            d.sampler_kl = analysis::kl_divergence(row, exact.subspan(i * t.modes(), t.modes()));
            d.sampler_w2 = analysis::wasserstein_distance(row, exact.subspan(i * t.modes(), t.modes()));
        }
        rows.push_back(d);
    }
    return rows;
}

// Rounded towards zero to six digits, so that the number that is printed is itself stable.
double printable(double rate) {
    const double unit = std::pow(10.0, std::floor(std::log10(rate)) - 5.0);
    return std::floor(rate / unit) * unit;
}

// T-10, before anything is computed.
Result<void> refuse_descent(const dynamics::LearningProblem& problem, TrainingTime last) {
    if (problem.rule == dynamics::TrainingRule::gradient_flow) return {};
    const dynamics::StableRate largest = dynamics::largest_stable_rate(problem);
    if (problem.learning_rate.value <= largest.value) return dynamics::check_descent_steps(problem, last);
    return unstable_descent(problem.learning_rate, largest);
}

}  // namespace

std::vector<std::string> note_on_stuck(std::size_t stuck, std::size_t modes, std::string_view architecture,
                                       std::string_view remedy) {
    if (stuck == 0) return {};
    return {
        fmt::format("{} of {} modes start at a fixed point of the gradient flow and never learn: architecture \"{}\" "
                    "needs {}",
                    stuck, modes, architecture, remedy)};
}

Error unstable_descent(LearningRate rate, const dynamics::StableRate& largest) {
    return {ErrorKind::usage,
            fmt::format("training.learning_rate = {}: gradient descent is unstable, the largest stable rate for this "
                        "spectrum and noise range is {:.6g}, set by {}: use learning_rate = {:.2g}, or rule = "
                        "\"gradient-flow\"",
                        rate.value, printable(largest.value),
                        largest.set_by_start ? "the start (network.init)" : "the weights that training approaches",
                        0.5 * largest.value)};
}

std::vector<std::size_t> log_spaced_modes(std::size_t modes, std::optional<int> count) {
    std::vector<std::size_t> chosen;
    const auto wanted = count ? std::min(static_cast<std::size_t>(*count), modes) : modes;
    for (std::size_t i = 0; i < wanted; ++i) {
        // The i-th of `wanted` numbers from 1 to modes, at least one above the last: small mode numbers would repeat.
        const double exponent = wanted == 1 ? 0.0 : static_cast<double>(i) / static_cast<double>(wanted - 1);
        const auto spaced = static_cast<std::size_t>(std::lround(std::pow(static_cast<double>(modes), exponent))) - 1;
        chosen.push_back(chosen.empty() ? spaced : std::max(spaced, chosen.back() + 1));
    }
    return chosen;
}

namespace {

Result<Simulated> simulate_modes(const Scenario& scenario, const data::Spectrum& spectrum, std::vector<double> times,
                                 const std::vector<std::size_t>& modes, const RunOptions& options) {
    const auto problem = make_problem(scenario, spectrum);
    if (!problem) return problem.error();
    if (auto stable = refuse_descent(*problem, TrainingTime(times.back())); !stable) return stable.error();
    auto simulation = dynamics::simulate({.problem = *problem,
                                          .training_solver = scenario.training.solver,
                                          .sampling = sampling_of(scenario),
                                          .tau = dynamics::training_times(*problem, std::move(times)),
                                          .noise_levels = *scenario.output.noise_levels,
                                          .weight_modes = modes,
                                          .threads = options.threads,
                                          .progress = options.progress});
    if (!simulation) return simulation.error();
    auto rows = distances(*simulation);
    return Simulated{std::move(*simulation), {}, std::move(rows), notes_on(*problem)};
}

Result<void> check_problem(const Scenario& scenario, const data::Spectrum& spectrum, TrainingTime last) {
    if (couples_modes(scenario)) return check_coupled(scenario, spectrum, last);
    const auto problem = make_problem(scenario, spectrum);
    if (!problem) return problem.error();
    if (auto stable = refuse_descent(*problem, last); !stable) return stable;
    const auto route = dynamics::make_variance_route(scenario.training.solver, sampling_of(scenario), *problem);
    return route ? Result<void>() : Result<void>(route.error());
}

}  // namespace

Result<Run> run(const Scenario& given, const RunOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const Scenario scenario = resolved(given);
    if (auto valid = refuse_problems(scenario); !valid) return valid.error();
    const bool has_spectrum = options.inputs && options.inputs->spectrum;
    auto spectrum =
        has_spectrum ? Result<data::Spectrum>(*options.inputs->spectrum) : make_spectrum(scenario, options.threads);
    if (!spectrum) return spectrum.error();
    auto times = options.inputs ? Result<std::vector<double>>(options.inputs->times) : time_grid(scenario);
    if (!times) return times.error();
    const std::vector<std::size_t> modes = log_spaced_modes(spectrum->modes(), scenario.output.modes);
    const auto simulate = couples_modes(scenario) ? simulate_coupled : simulate_modes;
    auto simulated = simulate(scenario, *spectrum, std::move(*times), modes, options);
    if (!simulated) return simulated.error();
    if (spectrum->is_fourier()) {
        simulated->simulation.trajectories.partner = data::opposite_modes(*spectrum);
    }

    Run made{.scenario = scenario,
             .spectrum = std::move(*spectrum),
             .simulation = std::move(simulated->simulation),
             .coupled = std::move(simulated->coupled),
             .output_modes = modes,
             .emergence = {},
             .power_laws = {},
             .distances = std::move(simulated->distances),
             .notes = std::move(simulated->notes)};
    if (options.simulated) {
        if (auto taken = options.simulated(made); !taken) return taken.error();
    }
    analysis::EmergenceOptions emergence = emergence_options(scenario.emergence);
    emergence.simulated = true;
    made.emergence = analysis::find_emergence(made.simulation.trajectories, emergence, options.threads);
    made.power_laws = analysis::fit_power_laws(made.emergence, fit_options(scenario.fit), options.threads);
    for (std::string& note : notes_on_precision(made.simulation, made.coupled.has_value())) {
        made.notes.push_back(std::move(note));
    }
    made.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return made;
}

Result<Inputs> check(const Scenario& given) {
    const Scenario scenario = resolved(given);
    if (auto valid = refuse_problems(scenario); !valid) return valid.error();
    Result<data::Spectrum> spectrum = Error{};
    const bool of_images = scenario.data.source == "images";
    if (of_images) {
        const auto vectors = open_vectors(data_file(scenario));
        if (!vectors) return vectors.error();
        spectrum = flat_spectrum(*vectors, request_of(scenario));
    } else {
        spectrum = make_spectrum(scenario, Threads(1));
    }
    if (!spectrum) return spectrum.error();
    auto times = time_grid(scenario);
    if (!times) return times.error();
    if (auto ready = check_problem(scenario, *spectrum, TrainingTime(times->back())); !ready) return ready.error();
    Inputs inputs{{}, std::move(*times)};
    if (!of_images) inputs.spectrum = std::move(*spectrum);
    return inputs;
}

}  // namespace eigenflow::scenario

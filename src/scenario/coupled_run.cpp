#include "coupled_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "eigenflow/analysis/distance.hpp"
#include "learning_problem.hpp"

namespace eigenflow::scenario {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// T-10, before anything is computed.
Result<void> refuse_descent(const dynamics::MatrixProblem& problem, TrainingTime last) {
    if (problem.rule == dynamics::TrainingRule::gradient_flow) return {};
    const dynamics::StableRate largest = dynamics::largest_stable_rate(problem);
    if (problem.learning_rate.value <= largest.value) return dynamics::check_descent_steps(problem, last);
    return unstable_descent(problem.learning_rate, largest);
}

// Whole steps without repeats for gradient descent.
std::vector<double> training_times(const dynamics::MatrixProblem& problem, std::vector<double> tau) {
    if (problem.rule == dynamics::TrainingRule::gradient_flow) return tau;
    for (double& time : tau) time = problem.clock(TrainingTime(time)).eta_tau();
    tau.erase(std::unique(tau.begin(), tau.end()), tau.end());
    return tau;
}

// Centred modes whose row of P and column of Q are 0 stay so.
std::vector<std::string> notes_on_start(const dynamics::MatrixProblem& problem) {
    const dynamics::MatrixLayers& layers = problem.layers;
    if (layers.architecture == "one-layer" || problem.has_bias()) return {};
    const std::size_t d = problem.modes();
    std::size_t stuck = 0;
    for (std::size_t k = 0; k < d; ++k) {
        bool zero = true;
        for (std::size_t j = 0; j < layers.width; ++j) {
            zero = zero && layers.first[k * layers.width + j] == 0.0;
            zero = zero && (layers.second.empty() || layers.second[j * d + k] == 0.0);
        }
        stuck += zero ? 1 : 0;
    }
    if (stuck == 0) return {};
    return {
        fmt::format("{} of {} modes start at a fixed point of the gradient flow and never learn: architecture "
                    "\"{}\" needs network.init > 0, and a rank that reaches them",
                    stuck, d, layers.architecture)};
}

}  // namespace

Result<Simulated> simulate_coupled(const Scenario& scenario, const data::Spectrum& spectrum, std::vector<double> times,
                                   const std::vector<std::size_t>& modes, const RunOptions& options) {
    const auto problem = make_matrix_problem(scenario, spectrum);
    if (!problem) return problem.error();
    if (auto stable = refuse_descent(*problem, TrainingTime(times.back())); !stable) return stable.error();
    const std::vector<double> tau = training_times(*problem, std::move(times));
    std::vector<Distance> rows;
    for (const double t : tau) rows.push_back({t, none, none, none, none, none, none, none});

    std::optional<analysis::GaussianTarget> limit;
    const auto found_limit = [&](std::span<const double> covariance, std::span<const double> mean) {
        limit.emplace(covariance, mean);
    };
    const auto distance_at = [&](std::size_t i, std::span<const double> covariance, std::span<const double> mean) {
        std::vector<double> deviation(mean.begin(), mean.end());
        for (std::size_t k = 0; k < problem->mean.size(); ++k) deviation[k] -= problem->mean[k];
        const auto d = analysis::gaussian_distance(covariance, deviation, problem->lambda);
        rows[i].kl = d.kl;
        rows[i].w2 = d.wasserstein;
        if (!limit) return;
        const auto to_limit = limit->from(covariance, mean);
        rows[i].limit_kl = to_limit.kl;
        rows[i].limit_w2 = to_limit.wasserstein;
    };
    // What a discretised sampler generated, until what exact sampling generates is known.
    const bool discretised = scenario.sampling.solver != "exact" && scenario.sampling.solver != "ode" &&
                             scenario.sampling.ensemble == 0 && problem->modes() <= dynamics::largest_covariance;
    std::vector<std::pair<std::vector<double>, std::vector<double>>> sampled(discretised ? tau.size() : 0);
    const auto keep_and_measure = [&](std::size_t i, std::span<const double> covariance, std::span<const double> mean) {
        distance_at(i, covariance, mean);
        if (discretised) sampled[i] = {{covariance.begin(), covariance.end()}, {mean.begin(), mean.end()}};
    };
    const auto sampler_distance = [&](std::size_t i, std::span<const double> covariance, std::span<const double> mean) {
        if (!discretised || sampled[i].first.empty()) return;
        const auto to_exact = analysis::GaussianTarget(covariance, mean).from(sampled[i].first, sampled[i].second);
        rows[i].sampler_kl = to_exact.kl;
        rows[i].sampler_w2 = to_exact.wasserstein;
        sampled[i] = {};
    };
    auto simulated = dynamics::simulate_matrix({.problem = *problem,
                                                .sampling = sampling_of(scenario),
                                                .tau = tau,
                                                .noise_levels = *scenario.output.noise_levels,
                                                .weight_modes = modes,
                                                .ensemble = static_cast<std::size_t>(scenario.sampling.ensemble),
                                                .ensemble_seed = scenario.sampling.seed,
                                                .needs_limit = scenario.emergence.target == "limit",
                                                .threads = options.threads,
                                                .progress = options.progress,
                                                .visit = keep_and_measure,
                                                .visit_exact = sampler_distance,
                                                .visit_limit = found_limit});
    if (!simulated) return simulated.error();
    dynamics::Simulation simulation = std::exchange(simulated->modes, {});
    for (std::size_t i = 0; i < tau.size(); ++i) rows[i].loss = simulation.loss[i];
    std::vector<std::string> notes = notes_on_start(*problem);
    if (simulated->ensemble > 0) {
        notes.push_back(fmt::format("variances are those of an ensemble of {} samples, seed {}", simulated->ensemble,
                                    scenario.sampling.seed));
    }
    if (simulation.trajectories.limit.empty()) {
        notes.push_back("what training approaches is not known for this start of layers: limits are empty");
    }
    return Simulated{std::move(simulation), std::move(*simulated), std::move(rows), std::move(notes)};
}

Result<void> check_coupled(const Scenario& scenario, const data::Spectrum& spectrum, TrainingTime last) {
    const auto problem = make_matrix_problem(scenario, spectrum);
    if (!problem) return problem.error();
    return refuse_descent(*problem, last);
}

}  // namespace eigenflow::scenario

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
    return note_on_stuck(stuck, d, layers.architecture, "network.init > 0, and a rank that reaches them");
}

/// The rows of distances.csv, as the laws come in. From any thread, each row from one.
class DistanceRows {
public:
    DistanceRows(const dynamics::MatrixProblem& problem, const std::vector<double>& tau, std::size_t samples,
                 bool discretised)
        : problem_(problem), samples_(samples), sampled_(discretised && samples == 0 ? tau.size() : 0) {
        for (const double t : tau) rows_.push_back({t, none, none, none, none, none, none, none});
    }

    void found_limit(std::span<const double> covariance, std::span<const double> mean) {
        limit_.emplace(covariance, mean);
    }

    void generated(std::size_t i, std::span<const double> covariance, std::span<const double> mean) {
        Distance& row = rows_[i];
        std::vector<double> deviation(mean.begin(), mean.end());
        for (std::size_t k = 0; k < problem_.mean.size(); ++k) deviation[k] -= problem_.mean[k];
        const auto d = analysis::gaussian_distance(covariance, deviation, problem_.lambda);
        row.kl = d.kl;
        row.w2 = d.wasserstein;
        if (samples_ > 0) {
            const auto error = analysis::gaussian_distance_error(covariance, deviation, problem_.lambda, d, samples_);
            row.kl_se = error.kl;
            row.w2_se = error.wasserstein;
        }
        if (limit_) to_limit(row, covariance, mean);
        if (!sampled_.empty()) sampled_[i] = {{covariance.begin(), covariance.end()}, {mean.begin(), mean.end()}};
    }

    // After what a discretised sampler generated: what exact sampling does.
    void exact(std::size_t i, std::span<const double> covariance, std::span<const double> mean) {
        if (sampled_.empty() || sampled_[i].first.empty()) return;
        const auto to_exact = analysis::GaussianTarget(covariance, mean).from(sampled_[i].first, sampled_[i].second);
        rows_[i].sampler_kl = to_exact.kl;
        rows_[i].sampler_w2 = to_exact.wasserstein;
        sampled_[i] = {};
    }

    std::vector<Distance> with_loss(const std::vector<double>& loss) && {
        for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].loss = loss[i];
        return std::move(rows_);
    }

private:
    void to_limit(Distance& row, std::span<const double> covariance, std::span<const double> mean) const {
        const auto d = limit_->from(covariance, mean);
        row.limit_kl = d.kl;
        row.limit_w2 = d.wasserstein;
        if (samples_ == 0) return;
        const auto error = limit_->error_from(covariance, mean, d, samples_);
        row.limit_kl_se = error.kl;
        row.limit_w2_se = error.wasserstein;
    }

    const dynamics::MatrixProblem& problem_;
    std::size_t samples_;  // of an ensemble, or none
    std::optional<analysis::GaussianTarget> limit_;
    std::vector<Distance> rows_;
    std::vector<std::pair<std::vector<double>, std::vector<double>>> sampled_;  // covariance and mean
};

}  // namespace

Result<Simulated> simulate_coupled(const Scenario& scenario, const data::Spectrum& spectrum, std::vector<double> times,
                                   const std::vector<std::size_t>& modes, const RunOptions& options) {
    const auto problem = make_matrix_problem(scenario, spectrum);
    if (!problem) return problem.error();
    if (auto stable = refuse_descent(*problem, TrainingTime(times.back())); !stable) return stable.error();
    const std::vector<double> tau = training_times(*problem, std::move(times));
    const std::size_t samples =
        dynamics::ensemble_size(static_cast<std::size_t>(scenario.sampling.ensemble), problem->modes());
    const bool discretised = scenario.sampling.solver != "exact" && scenario.sampling.solver != "ode";
    DistanceRows rows(*problem, tau, samples, discretised);
    auto simulated = dynamics::simulate_matrix(
        {.problem = *problem,
         .sampling = sampling_of(scenario),
         .tau = tau,
         .noise_levels = *scenario.output.noise_levels,
         .weight_modes = modes,
         .ensemble = samples,
         .ensemble_seed = scenario.sampling.seed,
         .needs_limit = scenario.emergence.target == "limit",
         .threads = options.threads,
         .progress = options.progress,
         .visit = [&](std::size_t i, auto covariance, auto mean) { rows.generated(i, covariance, mean); },
         .visit_exact = [&](std::size_t i, auto covariance, auto mean) { rows.exact(i, covariance, mean); },
         .visit_limit = [&](auto covariance, auto mean) { rows.found_limit(covariance, mean); }});
    if (!simulated) return simulated.error();
    dynamics::Simulation simulation = std::exchange(simulated->modes, {});
    std::vector<std::string> notes = notes_on_start(*problem);
    if (simulated->ensemble > 0) {
        notes.push_back(fmt::format("variances are those of an ensemble of {} samples, seed {}", simulated->ensemble,
                                    scenario.sampling.seed));
    }
    if (simulation.trajectories.limit.empty()) {
        notes.push_back("what training approaches is not known for this start of layers: limits are empty");
    }
    std::vector<Distance> distances = std::move(rows).with_loss(simulation.loss);
    return Simulated{std::move(simulation), std::move(*simulated), std::move(distances), std::move(notes)};
}

Result<void> check_coupled(const Scenario& scenario, const data::Spectrum& spectrum, TrainingTime last) {
    const auto problem = make_matrix_problem(scenario, spectrum);
    if (!problem) return problem.error();
    if (scenario.emergence.target == "limit") {
        if (auto known = dynamics::check_limit(*problem); !known) return known;
    }
    return refuse_descent(*problem, last);
}

}  // namespace eigenflow::scenario

#include "eigenflow/dynamics/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <utility>

#include "channel_route.hpp"
#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/dynamics/gradient_flow.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/dynamics/variance_table.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "training_loss.hpp"
#include "variance_curve.hpp"

namespace eigenflow::dynamics {
namespace {

// Variances that are not finite without a solver having said so (overflow, an unstable gradient descent) become NaN;
// each mode is listed once, at its first such time.
void list_silent_failures(const LearningProblem& problem, std::span<const double> tau, std::vector<double>& variance,
                          std::vector<RouteFailure>& failures) {
    const std::size_t modes = variance.size() / tau.size();
    const bool failed = !std::all_of(variance.begin(), variance.end(), [](double v) { return std::isfinite(v); });
    const bool unstable = failed && problem.rule == TrainingRule::gradient_descent &&
                          problem.learning_rate.value > largest_stable_rate(problem).value;
    std::vector<char> listed(modes, 0);
    for (const RouteFailure& failure : failures) listed[failure.mode] = 1;
    for (std::size_t i = 0; i < variance.size(); ++i) {
        if (std::isfinite(variance[i])) continue;
        variance[i] = std::numeric_limits<double>::quiet_NaN();
        if (std::exchange(listed[i % modes], 1)) continue;
        const double time = tau[i / modes];
        failures.push_back({i % modes, time,
                            unstable && time > 0.0 ? "unstable gradient descent: the learning rate is too large"
                                                   : "the variance is not a finite number"});
    }
}

// Every mode by one route; its failures are added to `failures`, its counts to the simulation's.
VarianceTable all_variances(const SimulationRequest& request, const VarianceRoute& route, Simulation& simulation,
                            std::vector<RouteFailure>& failures) {
    const model::Network& network = *request.problem.network;
    std::function<void(std::size_t)> progress;
    if (request.progress) progress = [&](std::size_t modes) { request.progress(modes, network.modes()); };
    VarianceTable table = variance_table(network, route, request.tau, request.threads, progress);
    simulation.counts.evaluations += table.counts.evaluations;
    simulation.counts.steps += table.counts.steps;
    simulation.counts.worst_error = std::max(simulation.counts.worst_error, table.counts.worst_error);
    std::move(table.failures.begin(), table.failures.end(), std::back_inserter(failures));
    list_silent_failures(request.problem, request.tau, table.variance, failures);
    return table;
}

// Modes of weights.csv that are neighbours, trained together; the first is weight_modes[index].
struct Neighbours {
    std::size_t index;
    model::ModeRange modes;
};

std::vector<Neighbours> neighbours(const SimulationRequest& request, const TrainedWeights& trained) {
    // Step by step one each, for threads to share; else as many as the level 2 cache holds the weights of, at every τ.
    const bool by_steps = request.training_solver == "ode" || trained.sweeps();
    const std::size_t times = std::max<std::size_t>(1, request.tau.size());
    const std::size_t at_most = by_steps ? 1 : std::clamp<std::size_t>(65536 / times, 1, 128);
    std::vector<Neighbours> all;
    for (std::size_t j = 0; j < request.weight_modes.size(); ++j) {
        const std::size_t mode = request.weight_modes[j];
        if (!all.empty() && all.back().modes.count < at_most &&
            all.back().modes.first + all.back().modes.count == mode) {
            ++all.back().modes.count;
        } else {
            all.push_back({j, {mode, 1}});
        }
    }
    return all;
}

// Weights of neighbours at one noise level, times outermost, and how a solver ended.
GradientFlowPath weight_paths(const SimulationRequest& request, const TrainedWeights& trained,
                              const model::NoiseTerms& at, model::ModeRange modes) {
    GradientFlowPath path{.weight = std::vector<double>(request.tau.size() * modes.count)};
    if (request.training_solver == "ode") {
        solve_gradient_flow(*request.problem.network, modes.first, at, request.problem.learning_rate, request.tau,
                            path);
    } else {
        trained.weights(at, request.tau, modes, path.weight);
    }
    return path;
}

// The first weight of every mode that is not finite, with what its solver says of it.
void list_failures(const GradientFlowPath& path, const SimulationRequest& request, model::ModeRange modes,
                   double noise_level, std::vector<RouteFailure>& failures) {
    for (std::size_t j = 0; j < modes.count; ++j) {
        for (std::size_t i = 0; i < request.tau.size(); ++i) {
            if (std::isfinite(path.weight[i * modes.count + j])) continue;
            const std::string_view exit =
                numerics::good(path.exit) ? "the weight is not a finite number" : numerics::name_of(path.exit);
            failures.push_back({modes.first + j, request.tau[i],
                                "noise level " + shortest_text(noise_level) + ": " + std::string(exit)});
            break;
        }
    }
}

void fill_weights(const SimulationRequest& request, const TrainedWeights& trained, Simulation& simulation) {
    simulation.weights = WeightRows(request.tau, request.noise_levels, request.weight_modes);
    WeightRows& table = simulation.weights;
    const std::vector<Neighbours> blocks = neighbours(request, trained);
    std::vector<std::vector<RouteFailure>> failures(request.noise_levels.size() * blocks.size());
    numerics::parallel_for(failures.size(), request.threads, [&](std::size_t job) {
        const std::size_t level = job / blocks.size();
        const auto [index, modes] = blocks[job % blocks.size()];
        const double noise_level = request.noise_levels[level];
        const model::NoiseTerms at = request.problem.objective.at(NoiseLevel(noise_level));
        const GradientFlowPath path = weight_paths(request, trained, at, modes);
        list_failures(path, request, modes, noise_level, failures[job]);
        for (std::size_t i = 0; i < request.tau.size(); ++i) {
            std::copy_n(path.weight.begin() + static_cast<std::ptrdiff_t>(i * modes.count), modes.count,
                        table.weight.begin() + static_cast<std::ptrdiff_t>(table.row(i, level, index)));
        }
        for (std::size_t j = 0; j < modes.count; ++j) {
            const double lambda = request.problem.network->lambda()[modes.first + j];
            table.optimal_weight[table.row(0, level, index + j)] = at.optimum(lambda);
        }
    });
    for (std::vector<RouteFailure>& part : failures) {
        std::move(part.begin(), part.end(), std::back_inserter(simulation.weight_failures));
    }
}

}  // namespace

WeightRows::WeightRows(std::vector<double> times, std::vector<double> levels, std::vector<std::size_t> of_modes)
    : tau(std::move(times)), noise_levels(std::move(levels)), modes(std::move(of_modes)) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    weight.assign(tau.size() * noise_levels.size() * modes.size(), nan);
    optimal_weight.assign(noise_levels.size() * modes.size(), nan);
}

WeightRecord WeightRows::operator[](std::size_t row) const {
    const std::size_t in_time = row % optimal_weight.size();
    return {.tau = tau[row / optimal_weight.size()],
            .noise_level = noise_levels[in_time / modes.size()],
            .mode = modes[in_time % modes.size()],
            .weight = weight[row],
            .optimal_weight = optimal_weight[in_time]};
}

bool Simulation::imprecise(std::size_t time, std::size_t mode) const {
    if (error.empty()) return false;
    const double variance = trajectories.at(time, mode);
    if (!std::isfinite(variance)) return false;  // failed, which says more
    // Below the normal numbers ln λ̃ has lost its digits; at 0 all, unless there is nothing to generate.
    const bool nothing = variance == 0.0 && trajectories.target[mode] == 0.0;
    if (variance < std::numeric_limits<double>::min()) return !nothing;
    const double bound = promise * std::max(1.0, std::abs(std::log(variance)));
    return !(error[time * trajectories.modes() + mode] <= bound);  // an estimate that is NaN promises nothing
}

std::size_t Simulation::imprecise_count() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < trajectories.times(); ++i) {
        for (std::size_t k = 0; k < trajectories.modes(); ++k) count += imprecise(i, k) ? 1 : 0;
    }
    return count;
}

std::size_t Simulation::vanishing_count() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < trajectories.times(); ++i) {
        for (std::size_t k = 0; k < trajectories.modes(); ++k) {
            count += imprecise(i, k) && trajectories.at(i, k) < std::numeric_limits<double>::min() ? 1 : 0;
        }
    }
    return count;
}

Result<Simulation> simulate(const SimulationRequest& request) {
    const TrainingTime last(request.tau.empty() ? 0.0 : request.tau.back());
    if (auto steps = check_descent_steps(request.problem, last); !steps) return steps.error();
    auto made = make_variance_route(request.training_solver, request.sampling, request.problem);
    if (!made) return made.error();
    const std::shared_ptr<const VarianceRoute> route = std::move(*made);
    const auto trained = make_trained_weights(request.problem);
    if (!trained) return trained.error();
    std::shared_ptr<const VarianceRoute> companion;  // exact sampling, for the bias of a discretised sampler
    if (request.sampling.solver != "exact" && request.sampling.solver != "ode") {
        auto exact = make_variance_route(request.training_solver, {}, request.problem);
        if (!exact) return exact.error();
        companion = std::move(*exact);
    }

    Simulation simulation;
    simulation.solver = route->name();
    Trajectories& out = simulation.trajectories;
    const std::span<const double> lambda = request.problem.network->lambda();
    out.tau = request.tau;
    out.target.assign(lambda.begin(), lambda.end());
    out.evaluate = [route, problem = request.problem](std::size_t mode, std::span<const double> tau,
                                                      std::span<double> variance) {
        evaluate_variance(problem, *route, mode, tau, variance);
    };
    if (const auto* coupled = dynamic_cast<const ChannelRoute*>(route.get())) {
        simulate_channels(request, *coupled, dynamic_cast<const ChannelRoute*>(companion.get()), simulation);
        list_silent_failures(request.problem, request.tau, out.variance, simulation.failures);
        list_silent_failures(request.problem, request.tau, simulation.exact_variance, simulation.exact_failures);
        simulation.loss = channel_training_loss(request.problem, request.tau, request.threads);
    } else {
        out.limit = route->limit_variances();
        VarianceTable computed = all_variances(request, *route, simulation, simulation.failures);
        out.variance = std::move(computed.variance);
        simulation.error = std::move(computed.error);
        if (companion) {
            simulation.exact_variance =
                all_variances(request, *companion, simulation, simulation.exact_failures).variance;
        }
        simulation.loss = training_loss(request.problem, **trained, request.tau, request.threads);
    }
    fill_weights(request, **trained, simulation);
    return simulation;
}

std::vector<double> training_times(const LearningProblem& problem, std::vector<double> tau) {
    if (problem.rule == TrainingRule::gradient_flow) return tau;
    for (double& time : tau) time = problem.clock(TrainingTime(time)).eta_tau();
    tau.erase(std::unique(tau.begin(), tau.end()), tau.end());
    return tau;
}

std::vector<double> log_spaced_times(double first, double last, int points) {
    std::vector<double> tau = {0.0, first};
    const double ratio = last / first;
    for (int i = 1; i + 1 < points; ++i) {
        if (std::isinf(ratio)) {  // beyond 308 decades: from the logarithms, to |ln τ| eps
            tau.push_back(std::exp(std::log(first) + (std::log(last) - std::log(first)) * i / (points - 1)));
        } else {
            tau.push_back(first * std::exp(std::log(ratio) * i / (points - 1)));
        }
    }
    tau.push_back(last);
    return tau;
}

}  // namespace eigenflow::dynamics

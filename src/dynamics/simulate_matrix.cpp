#include "eigenflow/dynamics/simulate_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "matrix/alignment.hpp"
#include "matrix/covariance_curve.hpp"
#include "matrix/engine.hpp"
#include "matrix/layer_views.hpp"
#include "matrix/matrix_loss.hpp"
#include "matrix/sampled_flow.hpp"

namespace eigenflow::dynamics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Demands on the request and on sampling, judged as the mode engine does.
Result<void> check_request(const MatrixRequest& request) {
    if (auto problem = check(request.problem); !problem) return problem;
    const TrainingTime last(request.tau.empty() ? 0.0 : request.tau.back());
    if (auto steps = check_descent_steps(request.problem, last); !steps) return steps;
    std::string sentences;
    const auto add = [&](const std::string& sentence) { sentences += (sentences.empty() ? "" : "\n") + sentence; };
    for (const Error& error : contradictions({.training = "auto",
                              .sampling = request.sampling,
                              .architecture = request.problem.layers.architecture,
                              .objective = request.problem.objective.spec(),
                              .rule = request.problem.rule,
                              .coupling = request.problem.coupling,
                              .noise = request.problem.noise,
                              .data = request.problem.data})) {
        add(error.message);
    }
    if (request.ensemble == 1) add("sampling.ensemble = 1: a variance takes 2 samples or more, or 0 for none");
    if (!(request.leading_share > 0.0 && request.leading_share <= 1.0)) add("leading_share: has to be in (0, 1]");
    if (!(request.flow.tolerance > 0.0)) add("flow.tolerance: has to be positive");
    if (!sentences.empty()) return Error{ErrorKind::usage, sentences};
    return {};
}

// One row of every table.
void record(const MatrixRequest& request, std::size_t time, const GeneratedGaussian& generated, MatrixSimulation& out) {
    const std::size_t d = request.problem.modes();
    Trajectories& trajectories = out.modes.trajectories;
    for (std::size_t k = 0; k < d; ++k) {
        const auto at = static_cast<Index>(k);
        const double variance = generated.covariance(at, at);
        trajectories.variance[time * d + k] = variance;
        out.mean[time * d + k] = generated.mean[at];
        if (!out.modes.error.empty()) out.modes.error[time * d + k] = generated.error[at];
        if (out.ensemble == 0) continue;
        trajectories.standard_error[time * d + k] =
            variance * std::sqrt(2.0 / (static_cast<double>(out.ensemble) - 1.0));
    }
    const auto all = static_cast<Index>(d);
    const auto leading = static_cast<Index>(out.leading_modes);
    out.chi[time] = chi_of(generated.covariance, all);
    out.leading_chi[time] = chi_of(generated.covariance, leading);
    MatrixXd off = generated.covariance;
    off.diagonal().setZero();
    out.off_diagonal[time] = off.squaredNorm();
    if (out.ensemble > 0) {
        out.aligned_chi[time] = aligned_chi_of(generated.covariance, all, out.ensemble);
        out.aligned_leading_chi[time] = aligned_chi_of(generated.covariance, leading, out.ensemble);
        out.chi_error[time] = chi_error_of(generated.covariance, all, out.ensemble);
        out.leading_chi_error[time] = chi_error_of(generated.covariance, leading, out.ensemble);
    }
    if (request.visit) {
        request.visit(time, std::span<const double>(generated.covariance.data(), d * d),
                      std::span<const double>(generated.mean.data(), d));
    }
}

void make_room(const MatrixRequest& request, const MatrixEngine& engine, MatrixSimulation& out) {
    const std::size_t times = request.tau.size();
    const std::size_t d = request.problem.modes();
    out.ensemble = engine.ensemble();
    out.leading_modes = leading_modes(request.problem.lambda, request.leading_share);
    Trajectories& trajectories = out.modes.trajectories;
    trajectories.tau = request.tau;
    trajectories.target = request.problem.lambda;
    trajectories.variance.assign(times * d, nan);
    if (out.ensemble > 0) trajectories.standard_error.assign(times * d, nan);
    if (request.sampling.solver == "exact") out.modes.error.assign(times * d, nan);
    out.modes.promise = 10.0 * request.flow.tolerance * (engine.weights().sweeps() ? 10.0 : 1.0);
    out.modes.solver = request.sampling.solver == "exact" ? "magnus" : request.sampling.solver;
    out.mean.assign(times * d, nan);
    for (std::vector<double>* column : {&out.chi, &out.leading_chi, &out.off_diagonal}) column->assign(times, nan);
    if (out.ensemble == 0) return;
    for (std::vector<double>* column :
         {&out.aligned_chi, &out.aligned_leading_chi, &out.chi_error, &out.leading_chi_error}) {
        column->assign(times, nan);
    }
}

// Every mode, at the first time that failed.
void list_failures(const MatrixRequest& request, const std::vector<std::string>& reasons,
                   std::vector<RouteFailure>& failures) {
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        if (reasons[i].empty()) continue;
        for (std::size_t k = 0; k < request.problem.modes(); ++k) failures.push_back({k, request.tau[i], reasons[i]});
        return;
    }
}

void count(const MatrixEngine::Cost& cost, MatrixSimulation& out) {
    out.modes.counts.steps += cost.panels;
    out.modes.counts.evaluations += cost.evaluations;
    out.multiply_flops += cost.work.flops;
    out.multiply_seconds += cost.work.seconds;
}

// Returns ∫ excess dx of every time, where that is a by-product of the flow; else nothing.
std::vector<double> fill_variances(const MatrixRequest& request, const MatrixEngine& engine, MatrixSimulation& out) {
    std::vector<std::string> reasons(request.tau.size());
    const auto visit = [&](std::size_t time, const GeneratedGaussian* generated, const std::string& failure) {
        if (generated) record(request, time, *generated, out);
        reasons[time] = failure;
        if (request.progress) request.progress(1, request.tau.size());
    };
    MatrixEngine::Cost cost = engine.generate(request.tau, request.threads, visit);
    count(cost, out);
    list_failures(request, reasons, out.modes.failures);
    for (const double error : out.modes.error) {
        if (std::isfinite(error)) out.modes.counts.worst_error = std::max(out.modes.counts.worst_error, error);
    }
    return std::move(cost.excess);
}

// Under a discretised sampler: what exact sampling with the same weights generates. Returns as fill_variances().
std::vector<double> fill_exact_variances(const MatrixRequest& request, const std::optional<AffineTerms>& average,
                                         MatrixSimulation& out) {
    MatrixRequest exact = request;
    exact.sampling = {};
    const MatrixEngine engine(exact, average);
    const std::size_t d = request.problem.modes();
    out.modes.exact_variance.assign(request.tau.size() * d, nan);
    std::vector<std::string> reasons(request.tau.size());
    const auto visit = [&](std::size_t time, const GeneratedGaussian* generated, const std::string& failure) {
        reasons[time] = failure;
        if (!generated) return;
        for (std::size_t k = 0; k < d; ++k) {
            out.modes.exact_variance[time * d + k] =
                generated->covariance(static_cast<Index>(k), static_cast<Index>(k));
        }
        if (request.visit_exact) {
            request.visit_exact(time, std::span<const double>(generated->covariance.data(), d * d),
                                std::span<const double>(generated->mean.data(), d));
        }
    };
    MatrixEngine::Cost cost = engine.generate(request.tau, request.threads, visit);
    count(cost, out);
    list_failures(request, reasons, out.modes.exact_failures);
    return std::move(cost.excess);
}

void fill_weights_of_level(const MatrixRequest& request, const MatrixEngine& engine, std::size_t level,
                           std::optional<RouteFailure>& failure, MatrixSimulation& out) {
    const std::size_t modes = request.weight_modes.size();
    WeightRows& table = out.modes.weights;
    const model::NoiseTerms at = request.problem.objective.at(NoiseLevel(request.noise_levels[level]));
    const Eigen::VectorXd mean = mean_of(request.problem);
    const AffineTerms terms = AffineTerms::of(at);
    for (std::size_t j = 0; j < modes; ++j) {
        const std::size_t mode = request.weight_modes[j];
        const double optimum = terms.optimum(request.problem.lambda[mode]);
        table.optimal_weight[level * modes + j] = optimum;
        const double bias = (terms.f - terms.e * optimum) * mean[static_cast<Index>(mode)];
        for (std::size_t i = 0; i < request.tau.size(); ++i) out.biases[table.row(i, level, j)] = {nan, bias};
    }
    const auto visit = [&](std::size_t i, const TrainedMatrix& trained) {
        const AffineWeights weights = affine_weights(request.problem, at, trained);
        for (std::size_t j = 0; j < modes; ++j) {
            const auto mode = static_cast<Index>(request.weight_modes[j]);
            const std::size_t row = table.row(i, level, j);
            table.weight[row] = weights.w(mode, mode);
            out.biases[row].bias = weights.b[mode];
        }
        MatrixXd off = weights.w;
        off.diagonal().setZero();
        out.off_diagonal_weight[i * request.noise_levels.size() + level] = off.squaredNorm();
    };
    const TrainingReport report = engine.weights().train(at, request.tau, visit);
    if (report.good_times == request.tau.size()) return;
    failure = RouteFailure{0, request.tau[report.good_times],
                           "noise level " + shortest_text(request.noise_levels[level]) + ": " + report.reason};
}

void fill_weights(const MatrixRequest& request, const MatrixEngine& engine, MatrixSimulation& out) {
    const std::size_t levels = request.noise_levels.size();
    out.modes.weights = WeightRows(request.tau, request.noise_levels, request.weight_modes);
    out.biases.resize(out.modes.weights.size());
    out.off_diagonal_weight.assign(request.tau.size() * levels, nan);
    std::vector<std::optional<RouteFailure>> failures(levels);
    numerics::parallel_for(levels, request.threads, [&](std::size_t level) {
        fill_weights_of_level(request, engine, level, failures[level], out);
    });
    for (const std::optional<RouteFailure>& failure : failures) {
        if (!failure) continue;
        for (const std::size_t mode : request.weight_modes) {
            out.modes.weight_failures.push_back({mode, failure->tau, failure->reason});
        }
    }
}

Error limit_is_not_known() {
    return {
        ErrorKind::usage,
        "emergence.target = \"limit\": what training approaches is not known for this start of layers: use target = "
        "\"data\", or a random start of full width"};
}

}  // namespace

Result<void> check_limit(const MatrixProblem& problem) {
    if (auto good = check(problem); !good) return good;
    const auto average = average_of(problem);
    if (!average) return average.error();
    const auto weights = make_coupled_weights(problem, *average);
    constexpr int levels = 64;
    const double noise = problem.objective.path().coordinate(problem.noise);
    const double data = problem.objective.path().coordinate(problem.data);
    TrainedMatrix trained;
    for (int i = 0; i <= levels; ++i) {
        const double x = i == levels ? data : noise + (data - noise) * i / levels;
        if (!weights->limit(problem.objective.at_coordinate(x), trained)) return limit_is_not_known();
    }
    return {};
}

std::size_t leading_modes(std::span<const double> lambda, double share) {
    double total = 0.0;
    for (const double v : lambda) total += v;
    double sum = 0.0;
    std::size_t count = 0;
    while (count < lambda.size() && (count == 0 || sum < share * total)) sum += lambda[count++];
    return count;
}

Result<MatrixSimulation> simulate_matrix(const MatrixRequest& request) {
    if (auto good = check_request(request); !good) return good.error();
    const auto average = average_of(request.problem);
    if (!average) return average.error();
    const auto engine = std::make_shared<const MatrixEngine>(request, *average);
    MatrixSimulation out;
    make_room(request, *engine, out);
    if (const auto limit = engine->limit()) {
        const Eigen::ArrayXd variance = limit->covariance.diagonal().array();
        out.modes.trajectories.limit.assign(variance.begin(), variance.end());
        out.limit_mean.assign(limit->mean.begin(), limit->mean.end());
        if (request.visit_limit) {
            request.visit_limit({limit->covariance.data(), static_cast<std::size_t>(limit->covariance.size())},
                                out.limit_mean);
        }
    } else if (request.needs_limit) {
        return limit_is_not_known();
    }
    std::vector<double> excess = fill_variances(request, *engine, out);
    if (request.sampling.solver != "exact" && request.sampling.solver != "ode") {
        excess = fill_exact_variances(request, *average, out);
    }
    if (out.ensemble == 0) out.modes.trajectories.evaluate = make_evaluate(engine, out.modes.trajectories);
    fill_weights(request, *engine, out);
    if (excess.size() != request.tau.size()) {
        excess = excess_loss(request.problem, engine->weights(), request.tau, request.threads);
    }
    const double floor = least_loss(request.problem, excess);
    for (const double v : excess) out.modes.loss.push_back(v + floor);
    return out;
}

}  // namespace eigenflow::dynamics

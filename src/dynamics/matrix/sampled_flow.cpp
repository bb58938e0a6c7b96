#include "sampled_flow.hpp"

#include <cmath>
#include <utility>

#include "../sampler/samplers.hpp"
#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/numerics/ode.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "layer_views.hpp"

namespace eigenflow::dynamics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// Directions of the initial noise, or samples of it: what is sampled at one training time.
struct Sampled {
    MatrixXd x;
    Eigen::RowVectorXd driven;  // columns that feel the bias
    AffineWeights from, to;     // b divided by c_in
    bool failed = false;
    std::string failure;
};

Sampled initial(const MatrixProblem& problem, const EnsembleSpec& ensemble) {
    const auto d = static_cast<Index>(problem.modes());
    const double size = std::sqrt(problem.objective.path().initial_variance(problem.noise));
    Sampled out;
    if (ensemble.samples > 0) {
        out.x = size * standard_samples(problem.modes(), ensemble);
        out.driven = Eigen::RowVectorXd::Ones(out.x.cols());
    } else {
        out.x = MatrixXd::Zero(d, d + 1);  // the last column is the mean
        out.x.leftCols(d).diagonal().setConstant(size);
        out.driven = Eigen::RowVectorXd::Zero(d + 1);
        out.driven[d] = 1.0;
    }
    return out;
}

GeneratedGaussian finished(const Sampled& sampled, double scale, bool ensemble, MultiplyWork& work) {
    const MatrixXd x = sampled.x / scale;
    if (ensemble) return sample_moments(x, work);
    const Index d = x.rows();
    GeneratedGaussian out;
    multiply(x.leftCols(d), x.leftCols(d).transpose(), out.covariance, work);
    out.mean = x.col(d);
    return out;
}

// Weights of all times at one noise level into `to`. A time whose weights do not exist fails.
void train_all(const MatrixProblem& problem, const CoupledWeights& weights, const model::NoiseTerms& at,
               std::span<const double> tau, Threads threads, std::vector<Sampled>& sampled, FlowOutcome& outcome) {
    const auto place = [&](std::size_t i, const TrainedMatrix& trained) {
        sampled[i].to = affine_weights(problem, at, trained);
        sampled[i].to.b /= at.input_scale;
    };
    const auto fail = [&](std::size_t i, const std::string& reason) {
        if (!std::exchange(sampled[i].failed, true)) sampled[i].failure = reason;
    };
    if (weights.sweeps()) {
        const TrainingReport report = weights.train(at, tau, place);
        outcome.evaluations += report.evaluations;
        for (std::size_t i = report.good_times; i < tau.size(); ++i) fail(i, report.reason);
        return;
    }
    numerics::parallel_for(tau.size(), threads, [&](std::size_t i) {
        const TrainingReport report =
            weights.train(at, tau.subspan(i, 1), [&](std::size_t, const TrainedMatrix& trained) { place(i, trained); });
        if (report.good_times == 0) fail(i, report.reason);
    });
}

void run_sampler(const MatrixProblem& problem, const SamplingSpec& spec, const CoupledWeights& weights,
                 std::span<const double> tau, Threads threads, std::vector<Sampled>& sampled, FlowOutcome& outcome) {
    const Sampler& sampler = *find_sampler(spec.solver);
    std::vector<model::NoiseTerms> terms;
    for (const NoiseLevel t : sampler_schedule(problem.objective, problem.noise, problem.data, spec)) {
        terms.push_back(problem.objective.at(t));
    }
    for (std::size_t step = 0; step < terms.size(); ++step) {
        train_all(problem, weights, terms[step], tau, threads, sampled, outcome);
        numerics::parallel_for(tau.size(), threads, [&](std::size_t i) {
            Sampled& s = sampled[i];
            if (s.failed) return;
            if (step > 0) {
                sampler.advance({terms[step - 1], s.from.w, s.from.b, s.driven},
                                {terms[step], s.to.w, s.to.b, s.driven}, s.x);
            }
            std::swap(s.from, s.to);
            if (spec.to_zero && step + 1 == terms.size()) {
                const CoupledStepEnd end{terms[step], s.from.w, s.from.b, s.driven};
                s.x = (end.at.x0_start * s.x + end.at.x0_gain * end.output(s.x)).eval();
            }
        });
        outcome.panels += tau.size();
    }
}

// All columns of one training time as one state.
void run_ode(const MatrixProblem& problem, const CoupledWeights& weights, double tau, Sampled& sampled,
             FlowOutcome& outcome) {
    const Index d = sampled.x.rows();
    const Index columns = sampled.x.cols();
    const auto flow = [&](std::span<const double> y, std::span<double> slope, double coordinate) {
        const model::NoiseTerms at = problem.objective.at_coordinate(coordinate);
        const Eigen::Map<const MatrixXd> x(y.data(), d, columns);
        Eigen::Map<MatrixXd> out(slope.data(), d, columns);
        const TrainingReport report =
            weights.train(at, std::span(&tau, 1), [&](std::size_t, const TrainedMatrix& trained) {
                const AffineWeights w = affine_weights(problem, at, trained);
                out =
                    at.stretch * (at.rate_start * x + at.rate_gain * (w.w * x + w.b / at.input_scale * sampled.driven));
            });
        if (report.good_times == 0) {
            sampled.failure = report.reason;
            out.setConstant(std::numeric_limits<double>::quiet_NaN());
        }
    };
    const double start = problem.objective.path().coordinate(problem.noise);
    const double end = problem.objective.path().coordinate(problem.data);
    const numerics::OdeOptions options{
        .relative_tolerance = 1e-12, .absolute_tolerance = 1e-14, .first_step = 1e-6, .max_steps = 1'000'000};
    const auto pieces = static_cast<int>(std::ceil(0.5 * std::abs(end - start)));  // as the mode engine's ODE route
    const std::span<double> state(sampled.x.data(), static_cast<std::size_t>(sampled.x.size()));
    for (int p = 0; p < pieces && !sampled.failed; ++p) {
        const double from = start + (end - start) * p / pieces;
        const double to = p + 1 == pieces ? end : start + (end - start) * (p + 1) / pieces;
        const numerics::OdeResult result = numerics::integrate(flow, state, from, to, options);
        outcome.panels += result.accepted + result.rejected;
        outcome.evaluations += result.evaluations;
        if (numerics::good(result.exit)) continue;
        sampled.failed = true;
        if (sampled.failure.empty()) {
            sampled.failure = "probability flow at coordinate " + shortest_text(result.t) + ": " +
                              std::string(numerics::name_of(result.exit));
        }
    }
}

}  // namespace

AffineWeights affine_weights(const MatrixProblem& problem, const model::NoiseTerms& at, const TrainedMatrix& trained) {
    AffineWeights out{trained.deviation, Eigen::VectorXd::Zero(trained.deviation.rows())};
    const AffineTerms terms = AffineTerms::of(at);
    const Eigen::VectorXd mean = mean_of(problem);
    for (Index k = 0; k < out.w.rows(); ++k) {
        out.w(k, k) += terms.optimum(problem.lambda[static_cast<std::size_t>(k)]);
    }
    if (trained.residual.size() > 0) out.b = trained.residual + terms.f * mean - terms.e * (out.w * mean);
    return out;
}

FlowOutcome sample_flow(const MatrixProblem& problem, const SamplingSpec& sampling, const EnsembleSpec& ensemble,
                        const CoupledWeights& weights, std::span<const double> tau, Threads threads) {
    FlowOutcome outcome;
    std::vector<Sampled> sampled(tau.size(), initial(problem, ensemble));
    double scale = problem.objective.path().at(problem.data).a;
    if (sampling.solver == "ode") {
        std::vector<FlowOutcome> parts(tau.size());
        numerics::parallel_for(tau.size(), threads,
                               [&](std::size_t i) { run_ode(problem, weights, tau[i], sampled[i], parts[i]); });
        for (const FlowOutcome& part : parts) {
            outcome.panels += part.panels;
            outcome.evaluations += part.evaluations;
        }
    } else {
        run_sampler(problem, sampling, weights, tau, threads, sampled, outcome);
        if (sampling.to_zero) scale = 1.0;
    }
    outcome.generated.resize(tau.size());
    for (std::size_t i = 0; i < tau.size(); ++i) {
        Sampled& s = sampled[i];
        if (!s.failed) {
            GeneratedGaussian generated = finished(s, scale, ensemble.samples > 0, outcome.work);
            if (generated.covariance.allFinite() && generated.mean.allFinite()) {
                outcome.generated[i] = std::move(generated);
            } else {
                s.failure = "the variance is not a finite number";
            }
        }
        outcome.failure.push_back(std::move(s.failure));
    }
    return outcome;
}

}  // namespace eigenflow::dynamics

#include "engine.hpp"

#include <algorithm>
#include <utility>

#include "eigenflow/numerics/parallel.hpp"
#include "sampled_flow.hpp"

namespace eigenflow::dynamics {
namespace {

/// Weights that training approaches, as if trained.
class LimitWeights final : public CoupledWeights {
public:
    explicit LimitWeights(std::shared_ptr<const CoupledWeights> weights) : weights_(std::move(weights)) {}

    TrainingReport train(const model::NoiseTerms& at, std::span<const double> tau, const Visit& visit) const override {
        TrainingReport report;
        TrainedMatrix trained;
        if (!weights_->limit(at, trained)) {
            report.reason = "the limit of training is not known";
            return report;
        }
        for (std::size_t i = 0; i < tau.size(); ++i) visit(i, trained);
        report.good_times = tau.size();
        return report;
    }
    void excess(const model::NoiseTerms&, std::span<const double>, std::span<double>) const override {}
    bool limit(const model::NoiseTerms& at, TrainedMatrix& trained) const override {
        return weights_->limit(at, trained);
    }

private:
    std::shared_ptr<const CoupledWeights> weights_;
};

MatrixEngine::Cost cost_of(const FlowOutcome& outcome) {
    return {.panels = outcome.panels, .evaluations = outcome.evaluations, .work = outcome.work, .excess = {}};
}

void add(MatrixEngine::Cost& sum, const MatrixEngine::Cost& part) {
    sum.panels += part.panels;
    sum.evaluations += part.evaluations;
    sum.work += part.work;
}

void tell(const FlowOutcome& outcome, std::size_t first, const MatrixEngine::Visit& visit) {
    for (std::size_t i = 0; i < outcome.generated.size(); ++i) {
        visit(first + i, outcome.generated[i] ? &*outcome.generated[i] : nullptr, outcome.failure[i]);
    }
}

}  // namespace

MatrixEngine::MatrixEngine(const MatrixRequest& request, const std::optional<AffineTerms>& average)
    : problem_(request.problem),
      sampling_(request.sampling),
      flow_(request.flow),
      ensemble_{.samples = ensemble_size(request.ensemble, request.problem.modes()), .seed = request.ensemble_seed},
      average_(average),
      weights_(make_coupled_weights(problem_, average_)) {
    if (weights_->sweeps()) flow_.tolerance *= swept_tolerance;
}

MatrixEngine::Cost MatrixEngine::generate(std::span<const double> tau, Threads threads, const Visit& visit) const {
    if (sampling_.solver != "exact") {
        const FlowOutcome outcome = sample_flow(problem_, sampling_, ensemble_, *weights_, tau, threads);
        tell(outcome, 0, visit);
        return cost_of(outcome);
    }
    return weights_->sweeps() ? generate_swept(tau, threads, visit) : generate_exactly(tau, threads, visit);
}

MatrixEngine::Cost MatrixEngine::generate_exactly(std::span<const double> tau, Threads threads,
                                                  const Visit& visit) const {
    std::vector<Cost> costs(tau.size());
    numerics::parallel_for(tau.size(), threads, [&](std::size_t i) {
        const std::unique_ptr<PanelSource> source =
            problem_.has_bias() ? make_trained_panels(problem_, weights_, {tau[i]}, flow_.tolerance, Threads(1))
                                : make_one_layer_panels(problem_, average_, tau[i]);
        const FlowOutcome outcome = integrate_flow(problem_, flow_, ensemble_, *source, Threads(1));
        costs[i] = cost_of(outcome);
        tell(outcome, i, visit);
    });
    Cost sum;
    for (const Cost& cost : costs) add(sum, cost);
    return sum;
}

MatrixEngine::Cost MatrixEngine::generate_swept(std::span<const double> tau, Threads threads,
                                                const Visit& visit) const {
    // Some sixty matrices a time are alive at once, most of them in the table: groups of times of 2 GB. Their size
    // depends on the problem only.
    const std::size_t group = std::max<std::size_t>(8, 4'000'000 / (problem_.modes() * problem_.modes() + 1));
    Cost sum;
    for (std::size_t first = 0; first < tau.size(); first += group) {
        const std::span<const double> times = tau.subspan(first, std::min(group, tau.size() - first));
        const auto source =
            make_trained_panels(problem_, weights_, {times.begin(), times.end()}, flow_.tolerance, threads);
        const FlowOutcome outcome = integrate_flow(problem_, flow_, ensemble_, *source, threads);
        add(sum, cost_of(outcome));
        sum.excess.insert(sum.excess.end(), outcome.excess.begin(), outcome.excess.end());
        tell(outcome, first, visit);
    }
    return sum;
}

std::optional<GeneratedGaussian> MatrixEngine::limit() const {
    const auto weights = std::make_shared<const LimitWeights>(weights_);
    const std::vector<double> tau = {0.0};
    if (sampling_.solver != "exact" && sampling_.solver != "ode") {
        return sample_flow(problem_, sampling_, {}, *weights, tau, Threads(1)).generated.front();
    }
    const auto source = make_trained_panels(problem_, weights, tau, 1.0, Threads(1));
    return integrate_flow(problem_, {}, {}, *source, Threads(1)).generated.front();
}

}  // namespace eigenflow::dynamics

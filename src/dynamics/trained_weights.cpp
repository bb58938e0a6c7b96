#include "eigenflow/dynamics/trained_weights.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "gradient_descent.hpp"
#include "least_loss.hpp"

namespace eigenflow::dynamics {
namespace {

/// The architecture's own closed form: gradient flow, and gradient descent of linear networks.
class ClosedFormWeights final : public TrainedWeights {
public:
    explicit ClosedFormWeights(LearningProblem problem) : problem_(std::move(problem)) {}

    void weights(const model::NoiseTerms& at, std::span<const double> tau, model::ModeRange modes,
                 std::span<double> weight) const override {
        for (std::size_t i = 0; i < tau.size(); ++i) {
            problem_.network->weights(at, problem_.clock(TrainingTime(tau[i])), modes,
                                      weight.subspan(i * modes.count, modes.count));
        }
    }

    void deviations(const model::NoiseTerms& at, std::span<const double> tau, model::ModeRange modes,
                    std::span<double> deviation) const override {
        if (tau.size() == 1) {
            problem_.network->deviations(at, problem_.clock(TrainingTime(tau[0])), modes, deviation);
            return;
        }
        std::vector<model::TrainingClock> clocks;
        clocks.reserve(tau.size());
        for (const double time : tau) clocks.push_back(problem_.clock(TrainingTime(time)));
        problem_.network->deviation_curves(at, clocks, modes, deviation);
    }

    void limit_weights(const model::NoiseTerms& at, model::ModeRange modes, std::span<double> weight) const override {
        problem_.network->limit_weights(at, modes, weight);
    }

    void limit_deviations(const model::NoiseTerms& at, model::ModeRange modes,
                          std::span<double> deviation) const override {
        problem_.network->limit_deviations(at, modes, deviation);
    }

private:
    LearningProblem problem_;
};

/// The weights that a sweep of all steps gave, for the latest sets of times and modes: every noise level asks for the
/// same. Safe to use from several threads; what is found is what would be computed.
class LatestSweeps {
public:
    template <class Sweep>
    void weights(std::span<const double> tau, model::ModeRange modes, std::span<double> weight, const Sweep& sweep) {
        if (recall(tau, modes, weight)) return;
        sweep();
        const std::scoped_lock lock(mutex_);
        if (sweeps_.size() == kept) sweeps_.pop_front();
        sweeps_.push_back({{tau.begin(), tau.end()}, modes, {weight.begin(), weight.end()}});
    }

private:
    bool recall(std::span<const double> tau, model::ModeRange modes, std::span<double> weight) {
        const std::scoped_lock lock(mutex_);
        const auto found = std::find_if(sweeps_.rbegin(), sweeps_.rend(), [&](const Sweep& s) {
            return s.modes.first == modes.first && s.modes.count == modes.count &&
                   std::equal(s.tau.begin(), s.tau.end(), tau.begin(), tau.end());
        });
        if (found == sweeps_.rend()) return false;
        std::copy(found->weight.begin(), found->weight.end(), weight.begin());
        return true;
    }
    struct Sweep {
        std::vector<double> tau;
        model::ModeRange modes;
        std::vector<double> weight;
    };
    static constexpr std::size_t kept = 64;  // more than threads, each of which works at one
    std::mutex mutex_;
    std::deque<Sweep> sweeps_;
};

/// One weight for all noise levels: trained on the averaged moments, compared with each level's own optimum.
class SharedWeights final : public TrainedWeights {
public:
    SharedWeights(std::shared_ptr<const TrainedWeights> trained, std::shared_ptr<const model::Network> network,
                  model::NoiseTerms average)
        : trained_(std::move(trained)), network_(std::move(network)), average_(average) {}

    void weights(const model::NoiseTerms&, std::span<const double> tau, model::ModeRange modes,
                 std::span<double> weight) const override {
        const auto train = [&] { trained_->weights(average_, tau, modes, weight); };
        if (!trained_->sweeps()) return train();
        latest_.weights(tau, modes, weight, train);
    }

    void deviations(const model::NoiseTerms& at, std::span<const double> tau, model::ModeRange modes,
                    std::span<double> deviation) const override {
        weights(at, tau, modes, deviation);
        for (std::size_t i = 0; i < tau.size(); ++i) {
            for (std::size_t k = 0; k < modes.count; ++k) {
                deviation[i * modes.count + k] -= at.optimum(network_->lambda()[modes.first + k]);
            }
        }
    }

    void limit_weights(const model::NoiseTerms&, model::ModeRange modes, std::span<double> weight) const override {
        trained_->limit_weights(average_, modes, weight);
    }

    void limit_deviations(const model::NoiseTerms& at, model::ModeRange modes,
                          std::span<double> deviation) const override {
        trained_->limit_deviations(average_, modes, deviation);
        for (std::size_t k = 0; k < modes.count; ++k) {
            const double lambda = network_->lambda()[modes.first + k];
            deviation[k] += average_.optimum(lambda) - at.optimum(lambda);
        }
    }

    bool sweeps() const override { return trained_->sweeps(); }

private:
    std::shared_ptr<const TrainedWeights> trained_;
    std::shared_ptr<const model::Network> network_;
    model::NoiseTerms average_;
    mutable LatestSweeps latest_;
};

}  // namespace

Result<model::NoiseTerms> shared_terms(const model::Objective& objective) {
    const auto moments = [](const model::NoiseTerms& at, std::span<double> out) {
        const std::array densities = {at.h0, at.h1, at.m0, at.m1};
        for (std::size_t i = 0; i < densities.size(); ++i) out[i] = at.loss_excess * densities[i];
    };
    model::Objective::TrainingRange range = objective.training_range();
    const model::NoisePath& path = objective.path();
    if (path.coordinate(range.high) < path.coordinate(range.low)) std::swap(range.low, range.high);  // dν is positive
    std::array<double, 4> average{};
    std::array<double, 4> error{};
    const auto average_to = [&](double tolerance) {
        FlowQuadrature(objective, range.low, range.high, {.tolerance = tolerance}).integrate(moments, average, error);
    };
    average_to(std::numeric_limits<double>::max());
    average_to(1e-14 * (std::abs(average[0]) + std::abs(average[1])));
    const double whole = average[0] + average[1];
    const auto size_at = [](const model::NoiseTerms& at) { return at.loss_excess * (at.h0 + at.h1); };
    // What lies beyond the cut (pure noise or pure data) must be nothing to the average, if it has a finite value at
    // all.
    const double left_over = left_at_cut(objective, {range.low, range.high}, size_at).largest;
    if (!std::isfinite(whole) || !(left_over <= 1e-12 * whole)) {
        return Error{ErrorKind::usage, "objective.coupling = \"shared\": weighting " + objective.spec().weighting +
                                           " has no finite average over the noise levels of path " +
                                           objective.spec().path + ": use weighting = \"uniform\""};
    }
    model::NoiseTerms terms{};
    terms.h0 = average[0];
    terms.h1 = average[1];
    terms.m0 = average[2];
    terms.m1 = average[3];
    terms.omega = 1.0;
    return terms;
}

Result<std::shared_ptr<const TrainedWeights>> make_trained_weights(const LearningProblem& problem) {
    std::shared_ptr<const TrainedWeights> trained;
    if (problem.rule == TrainingRule::gradient_descent && !problem.network->is_linear()) {
        trained = make_descent_by_steps(problem);
    } else {
        trained = std::make_shared<const ClosedFormWeights>(problem);
    }
    if (problem.coupling == Coupling::independent) return trained;
    const auto average = shared_terms(problem.objective);
    if (!average) return average.error();
    return std::shared_ptr<const TrainedWeights>(
        std::make_shared<const SharedWeights>(std::move(trained), problem.network, *average));
}

}  // namespace eigenflow::dynamics

#include "gradient_descent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace eigenflow::dynamics {
namespace {

constexpr double escaped = 1e150;

class DescentBySteps final : public TrainedWeights {
public:
    explicit DescentBySteps(LearningProblem problem) : problem_(std::move(problem)) {}

    void weights(const model::NoiseTerms& at, std::span<const double> tau, model::ModeRange modes,
                 std::span<double> weight) const override {
        for (std::size_t k = 0; k < modes.count; ++k) {
            sweep(at, tau, modes.first + k, [&](std::size_t i, double w) { weight[i * modes.count + k] = w; });
        }
    }

    void deviations(const model::NoiseTerms& at, std::span<const double> tau, model::ModeRange modes,
                    std::span<double> deviation) const override {
        for (std::size_t k = 0; k < modes.count; ++k) {
            const double optimum = at.optimum(problem_.network->lambda()[modes.first + k]);
            sweep(at, tau, modes.first + k,
                  [&](std::size_t i, double w) { deviation[i * modes.count + k] = w - optimum; });
        }
    }

    void limit_deviations(const model::NoiseTerms& at, model::ModeRange modes,
                          std::span<double> deviation) const override {
        problem_.network->limit_deviations(at, modes, deviation);  // a stable descent has the limit of the flow
    }

    bool sweeps() const override { return true; }

private:
    template <class Record>
    void sweep(const model::NoiseTerms& at, std::span<const double> tau, std::size_t mode, const Record& record) const {
        const model::Network& network = *problem_.network;
        std::vector<double> theta(network.parameters());
        std::vector<double> slope(theta.size());
        network.initial_parameters(mode, theta);
        double taken = 0.0;
        bool settled = false;
        bool unstable = false;
        for (std::size_t i = 0; i < tau.size(); ++i) {
            const double steps = problem_.clock(TrainingTime(tau[i])).steps();
            for (; taken < steps && !settled && !unstable; ++taken) {
                network.descent(at, mode, theta, slope);
                settled = true;
                for (std::size_t p = 0; p < theta.size(); ++p) {
                    const double next = theta[p] + problem_.learning_rate.value * slope[p];
                    settled = settled && next == theta[p];
                    unstable = unstable || !(std::abs(next) < escaped);
                    theta[p] = next;
                }
            }
            record(i, unstable ? std::numeric_limits<double>::quiet_NaN() : network.weight_of(mode, theta));
        }
    }

    LearningProblem problem_;
};

}  // namespace

std::shared_ptr<const TrainedWeights> make_descent_by_steps(const LearningProblem& problem) {
    return std::make_shared<const DescentBySteps>(problem);
}

}  // namespace eigenflow::dynamics

#include "gradient_descent.hpp"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace eigenflow::dynamics {
namespace {

constexpr double escaped = 1e150;

/// The layers of one mode at one noise level, step by step. The map from a step to the next has finitely many states,
/// so every stable descent ends in a cycle of rounding, of one state or of a few ulp; once met (Brent's algorithm: the
/// state is held against the one after 2^j steps), any number of steps is as many as its remainder.
class Descent {
public:
    Descent(const model::Network& network, const model::NoiseTerms& at, std::size_t mode, double learning_rate)
        : network_(network),
          at_(at),
          mode_(mode),
          learning_rate_(learning_rate),
          theta_(network.parameters()),
          slope_(theta_.size()) {
        network.initial_parameters(mode, theta_);
        landmark_ = theta_;
    }

    /// @param steps  whole, not below those taken before
    void advance_to(double steps) {
        while (taken_ < steps && !unstable_ && period_ == 0.0) {
            step();
            ++taken_;
            look_back();
        }
        if (period_ > 0.0) {
            for (double left = std::fmod(steps - taken_, period_); left > 0.0; --left) step();
        }
        taken_ = steps;
    }

    /// NaN after an escape.
    double weight() const {
        return unstable_ ? std::numeric_limits<double>::quiet_NaN() : network_.weight_of(mode_, theta_);
    }

private:
    void step() {
        network_.descent(at_, mode_, theta_, slope_);
        at_rest_ = true;
        for (std::size_t p = 0; p < theta_.size(); ++p) {
            const double next = theta_[p] + learning_rate_ * slope_[p];
            at_rest_ = at_rest_ && next == theta_[p];
            unstable_ = unstable_ || !(std::abs(next) < escaped);
            theta_[p] = next;
        }
    }

    void look_back() {
        if (at_rest_) {
            period_ = 1.0;
        } else if (theta_ == landmark_) {
            period_ = taken_ - landmark_at_;
        } else if (taken_ >= 2.0 * landmark_at_) {
            landmark_ = theta_;
            landmark_at_ = taken_;
        }
    }

    const model::Network& network_;
    const model::NoiseTerms& at_;
    std::size_t mode_;
    double learning_rate_;
    std::vector<double> theta_;
    std::vector<double> slope_;
    std::vector<double> landmark_;
    double landmark_at_ = 0.0;
    double taken_ = 0.0;
    double period_ = 0.0;  // 0: no cycle met yet
    bool at_rest_ = false;
    bool unstable_ = false;
};

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

    // A stable descent has the limits of the flow.
    void limit_weights(const model::NoiseTerms& at, model::ModeRange modes, std::span<double> weight) const override {
        problem_.network->limit_weights(at, modes, weight);
    }
    void limit_deviations(const model::NoiseTerms& at, model::ModeRange modes,
                          std::span<double> deviation) const override {
        problem_.network->limit_deviations(at, modes, deviation);
    }

    bool sweeps() const override { return true; }

private:
    template <class Record>
    void sweep(const model::NoiseTerms& at, std::span<const double> tau, std::size_t mode, const Record& record) const {
        Descent descent(*problem_.network, at, mode, problem_.learning_rate.value);
        for (std::size_t i = 0; i < tau.size(); ++i) {
            descent.advance_to(problem_.clock(TrainingTime(tau[i])).steps());
            record(i, descent.weight());
        }
    }

    LearningProblem problem_;
};

}  // namespace

std::shared_ptr<const TrainedWeights> make_descent_by_steps(const LearningProblem& problem) {
    return std::make_shared<const DescentBySteps>(problem);
}

}  // namespace eigenflow::dynamics

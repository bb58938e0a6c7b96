#pragma once

#include <optional>
#include <vector>

#include "drawn_scenario.hpp"
#include "exact_objective.hpp"
#include "exact_weights.hpp"

namespace eigenflow::torture {

/// One mode of a scenario in 50 digits: its weights, its generated variance by exact sampling (T-11) and by a sampler's
/// steps (T-17).
class ExactVariance {
public:
    /// network: of the scenario; only its spectrum and initial weights are read.
    ExactVariance(const DrawnScenario& scenario, const model::Network& network, std::size_t mode);

    /// ln λ̃; nothing where the integral takes too long
    std::optional<Exact> log_variance(double tau) const;
    /// λ̃ of the sampler, and how many times ε its steps amplify: Σ (1 + |step · slope|)/|factor|.
    struct Sampled {
        Exact variance;
        Exact condition;
    };
    Sampled sampled(double tau) const;

    /// The weight at one noise level.
    Exact weight(const ExactLevel& at, double tau) const;

private:
    struct Moments {
        Exact h, m, omega;
    };
    Moments moments(const ExactLevel& at, const Exact& lambda) const;
    Exact patch_weight(const ExactLevel& at, double tau) const;
    void average();
    void find_window();
    std::vector<Exact> turns() const;
    struct Step;
    Step step(const ExactLevel& from, const ExactLevel& to, const Exact& length, const Exact& w_from,
              const Exact& w_to) const;
    ExactMode trained(const Exact& start, double tau) const;

    const DrawnScenario& scenario_;
    ExactObjective objective_;
    std::size_t modes_;
    std::vector<double> spectrum_;
    std::vector<int> frequency_;
    std::size_t mode_;
    Exact lambda_, start_;
    struct Average {
        Exact h0, h1, m0, m1;
    };
    std::optional<Average> average_;  // shared coupling
    struct Direction {
        Exact variance, centre, response;  // T-8, kernel 3: μ_i, v_i0², its answer at this frequency
    };
    std::vector<Direction> window_;
};

}  // namespace eigenflow::torture

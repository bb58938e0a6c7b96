#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "drawn_scenario.hpp"
#include "exact_objective.hpp"
#include "exact_weights.hpp"

namespace eigenflow::torture {

/// One mode of a scenario in 50 digits: its weights, its generated variance by exact sampling (T-11) and by a sampler's
/// steps (T-17), its part of the training loss. Nothing as τ: trained without end.
class ExactVariance {
public:
    using Time = std::optional<double>;

    /// network: of the scenario; only its spectrum and initial weights are read.
    ExactVariance(const DrawnScenario& scenario, const model::Network& network, std::size_t mode);

    /// ln λ̃; nothing where the integral takes too long
    std::optional<Exact> log_variance(Time tau) const;
    /// ∫ ω E|F − y|² dν over the noise levels that are sampled; nothing where it takes too long
    std::optional<Exact> loss(Time tau) const;
    /// λ̃ of the sampler, and by how much it may be off where every step is off by `unit` of the sizes of its terms:
    /// see exact_sampler.cpp.
    struct Sampled {
        Exact variance;
        Exact allowed;
    };
    Sampled sampled(Time tau, const Exact& unit) const;

    /// What a network is given at a noise level, for a variance λ.
    using Given = std::function<ExactMoments(const Exact& lambda)>;
    Given given(const ExactLevel& at) const;
    /// The weight at one noise level.
    Exact weight(const Given& at, Time tau) const;
    /// |w|, or where w is a sum the sizes of its terms, and by how much it moves per relative change of what it is
    /// computed from.
    Exact weight_size(const Given& at, Time tau) const;
    const ExactObjective& objective() const { return objective_; }

private:
    ExactMoments moments(const ExactLevel& at, const Exact& lambda) const;
    Exact weight_of(const ExactMode& mode, const ExactMoments& of, Time tau) const;
    Exact size_of(const ExactMode& mode, const ExactMoments& of, Time tau) const;
    void average();
    void find_window();
    std::optional<Exact> integral(const std::function<Exact(const ExactLevel&)>& f, Time tau) const;
    std::vector<Exact> turns() const;
    struct End;
    struct Step;
    End end_at(const Exact& t, Time tau) const;
    Step step(const End& from, const End& to) const;
    ExactMode trained(const Exact& start, Time tau) const;

    const DrawnScenario& scenario_;
    ExactObjective objective_;
    std::size_t modes_;
    std::vector<double> spectrum_;
    std::vector<int> frequency_;
    Exact given_start_;  // before `residual` adds to it
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

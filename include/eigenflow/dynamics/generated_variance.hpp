#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/model/network.hpp"
#include "eigenflow/model/objective.hpp"

namespace eigenflow::dynamics {

enum class TrainingRule {
    gradient_flow,     ///< T-2 for time τ
    gradient_descent,  ///< τ/η steps of size η, rounded to whole steps
};
enum class Coupling {
    independent,  ///< one network per noise level
    shared,       ///< one network for all noise levels
};

/// What is simulated: a network learning an objective, sampled along its path from `noise` to `data`.
struct LearningProblem {
    std::shared_ptr<const model::Network> network;
    model::Objective objective;
    TrainingRule rule = TrainingRule::gradient_flow;
    Coupling coupling = Coupling::independent;
    LearningRate learning_rate{1.0};
    NoiseLevel noise{80.0};  ///< where sampling starts
    NoiseLevel data{0.002};  ///< where it ends

    /// Gradient flow: ητ. Gradient descent: τ = η · step, rounded to whole steps.
    model::TrainingClock clock(TrainingTime tau) const;
};

/// Work done and accuracy reached, summed over everything that a route computed.
struct RouteCounts {
    std::size_t evaluations = 0;  ///< of the integrand, or of right-hand sides
    std::size_t steps = 0;        ///< of ODE solvers, accepted and rejected
    double worst_error = 0.0;  ///< largest error estimate of ln λ̃ of the variances that are finite, infinite where
                               ///< one has no estimate; 0 for closed forms
};

/// A variance that could not be computed.
struct RouteFailure {
    std::size_t mode = 0;  ///< counted from 0
    double tau = 0.0;      ///< the first of the times that failed; a solver that gave up takes the later ones along
    std::string reason;    ///< the named exit of the solver, "unstable gradient descent: …", or what else is known
};

/// λ̃ of a block of modes at several training times: variance[i * modes.count + j] for tau[i] and mode modes.first + j.
/// Entries that failed are not finite; `failures` lists those that a solver gave up on, simulate() all of them.
struct VarianceBlock {
    std::vector<double> variance;
    std::vector<double> error;  ///< estimates of |error of ln λ̃|, shaped as variance; empty where the route has none
    std::vector<RouteFailure> failures;
    RouteCounts counts;
};

/// What quadrature promises of λ̃: an error of ln λ̃ below 1e-12 of the larger of 1 and |ln λ̃|.
inline constexpr double log_variance_promise = 1e-12;

/// A route from trained weights to the variance of generated samples (T-11). Routes share no code with each other
/// below this interface, so that each is the others' test. Const and thread-safe.
class VarianceRoute {
public:
    virtual ~VarianceRoute() = default;
    VarianceRoute() = default;
    VarianceRoute(const VarianceRoute&) = delete;
    VarianceRoute& operator=(const VarianceRoute&) = delete;

    virtual std::string_view name() const = 0;

    /// tau: non-negative and rising.
    virtual VarianceBlock variances(std::span<const double> tau, model::ModeRange modes) const = 0;

    /// λ̃(τ→∞) of every mode, by this route's own sampling (T-15 for exact sampling of optimal weights).
    virtual std::vector<double> limit_variances() const = 0;
};

/// How samples are drawn once the weights are trained.
struct SamplingSpec {
    std::string solver = "exact";   ///< exact | ode | euler | heun | ddim
    int steps = 18;                 ///< ve: noise levels of T-17; elsewhere: uniform steps in t.  ≥ 2
    double rho = 7.0;               ///< of T-17, on ve
    bool to_zero = false;           ///< ve: a last step to σ = 0
    std::size_t max_panels = 1024;  ///< exact, by quadrature: the budget of one integral over the noise levels, ≥ 1
};

/// What decides which routes there are: the demands, and of a problem all but its modes.
struct RouteChoice {
    std::string_view training;  ///< training.solver: auto | closed-form | quadrature | ode
    SamplingSpec sampling;
    std::string_view architecture;
    model::ObjectiveSpec objective;
    TrainingRule rule = TrainingRule::gradient_flow;
    Coupling coupling = Coupling::independent;
    NoiseLevel noise{80.0};
    NoiseLevel data{0.002};
    bool couples_modes = false;  ///< Network::couples_modes()
};

/// Every demand that can't be met, judged before anything is computed: one sentence of ErrorKind::usage each,
/// "<key> = <value>: reason: remedy" with the keys training.solver, sampling.solver, sampling.to_zero, sampling.noise
/// and sampling.data. Ends of the path are judged only for an objective that exists.
std::vector<Error> contradictions(const RouteChoice& choice);

/// @param training  training.solver: auto | closed-form | quadrature | ode. auto is the closed form where there is one,
///                  else quadrature. ode integrates the gradient flow numerically too.
/// Error{usage} with the contradictions() of the demands and the problem, one a line.
Result<std::unique_ptr<const VarianceRoute>> make_variance_route(std::string_view training,
                                                                 const SamplingSpec& sampling, const LearningProblem&);

/// λ̃(τ→∞) of every mode under exact sampling: the optimum's closed limit plus the quadrature of the weights' limit
/// deviations.
std::vector<double> exact_limit_variances(const LearningProblem&);

/// The names of the discretised samplers, in the order of their registry.
std::vector<std::string> sampler_names();

}  // namespace eigenflow::dynamics

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

/// What is simulated: a network learning an objective, sampled along its path from `noise` to `data`.
struct LearningProblem {
    std::shared_ptr<const model::Network> network;
    model::Objective objective;
    LearningRate learning_rate{1.0};
    NoiseLevel noise{80.0};  ///< where sampling starts
    NoiseLevel data{0.002};  ///< where it ends

    model::EtaTau eta_tau(TrainingTime tau) const { return model::EtaTau(learning_rate.value * tau.value); }
};

/// Work done and accuracy reached, summed over everything that a route computed.
struct RouteCounts {
    std::size_t evaluations = 0;  ///< of the integrand, or of right-hand sides
    std::size_t steps = 0;        ///< of ODE solvers, accepted and rejected
    double worst_error = 0.0;     ///< largest error estimate of ln λ̃ met; 0 for closed forms
};

/// A variance that could not be computed.
struct RouteFailure {
    std::size_t mode = 0;  ///< counted from 0
    double tau = 0.0;
    std::string reason;  ///< the named exit of the solver
};

/// λ̃ of a block of modes at several training times: variance[i * modes.count + j] for tau[i] and mode modes.first + j.
/// Entries that failed are NaN and are listed.
struct VarianceBlock {
    std::vector<double> variance;
    std::vector<RouteFailure> failures;
    RouteCounts counts;
};

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
};

/// One line of the registry of routes.
struct VarianceRouteEntry {
    std::string_view name;
    /// Error{usage} with one sentence where the route does not exist for the problem.
    Result<std::unique_ptr<const VarianceRoute>> (*create)(const LearningProblem&);
};
std::span<const VarianceRouteEntry> variance_routes();

/// @param training  training.solver: auto | closed-form | quadrature | ode. auto is the closed form where there is one,
///                  else quadrature. ode integrates both clocks.
/// @param sampling  sampling.solver: exact (as `training` says) | ode (the probability flow by an ODE solver, with
///                  weights in closed form unless `training` is ode).
Result<std::unique_ptr<const VarianceRoute>> make_variance_route(std::string_view training, std::string_view sampling,
                                                                 const LearningProblem&);

/// λ̃(τ→∞) of every mode (T-15 where the network reaches its optimum): the closed limit plus the quadrature of the
/// weights' limit deviations.
std::vector<double> limit_variances(const LearningProblem&);

}  // namespace eigenflow::dynamics

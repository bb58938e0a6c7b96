#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "eigenflow/numerics/ode.hpp"

namespace eigenflow::numerics {

/// A stiff system dy/dt = f(y), known by functions alone: no n × n matrix is ever formed.
struct StiffSystem {
    using Vector = std::span<const double>;
    std::function<void(Vector y, std::span<double> dydt)> slope;
    /// out = (∂f/∂y) v
    std::function<void(Vector y, Vector v, std::span<double> out)> jacobian_times;
    /// Prepares for systems (1 − γ ∂f/∂y) z = r, to be solved roughly.
    std::function<void(Vector y, double gamma)> prepare;
    std::function<void(Vector r, std::span<double> z)> precondition;
    /// True where precondition() leaves out nothing that is stiff: it then takes the place of GMRES, and what it leaves
    /// out is left to Newton's iterations.
    bool preconditions_exactly = false;
};

struct StiffOptions {
    double relative_tolerance = 1e-13;  ///< > 0
    double absolute_tolerance = 1e-15;  ///< > 0, in units of the state
    std::size_t max_steps = 200'000;    ///< of the whole integration, ≥ 1
};

/// Integrates from t = 0 through every rising time, in place, with SUNDIALS' CVODE: backward differences of order 1 to
/// 5, Newton iterations, preconditioned GMRES or the preconditioner alone: the one place where eigenflow calls it.
/// `visit` is told every time that was reached, with the state there. Once |f| (t_last − t) moves no entry by more than
/// 1e-14 of the largest, the state stands still for all later times (OdeExit::steady_state). Error of the state some
/// hundred relative tolerances (test "T-20 brute force"). Thread-safe.
OdeResult integrate_stiff(const StiffSystem& system, std::span<double> y, std::span<const double> times,
                          const StiffOptions& options,
                          const std::function<void(std::size_t time, std::span<const double> y)>& visit);

}  // namespace eigenflow::numerics

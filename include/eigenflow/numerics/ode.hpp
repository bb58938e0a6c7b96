#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace eigenflow::numerics {

/// How an integration ended.
enum class OdeExit {
    finished,               ///< t reached the end
    steady_state,           ///< the caller's test holds: nothing more will change
    step_budget_exhausted,  ///< accepted + rejected == max_steps
    non_finite_state,       ///< an entry of the state became NaN or infinite
    step_size_underflow,    ///< |step| < 4 ε |t|: the tolerance can't be met
};

std::string_view name_of(OdeExit exit);

/// good() exits carry a state that meets the tolerance.
constexpr bool good(OdeExit exit) { return exit == OdeExit::finished || exit == OdeExit::steady_state; }

struct OdeOptions {
    double relative_tolerance = 1e-11;  ///< > 0
    double absolute_tolerance = 1e-13;  ///< > 0, in units of the state
    double first_step = 0.0;            ///< > 0, or 0: a hundredth of the interval
    std::size_t max_steps = 100'000;    ///< accepted + rejected, ≥ 1
};

struct OdeResult {
    OdeExit exit = OdeExit::finished;
    double t = 0.0;          ///< where the state stands
    double next_step = 0.0;  ///< the step the controller would try next: the first_step of a continuation
    std::size_t accepted = 0;
    std::size_t rejected = 0;
    std::size_t evaluations = 0;
};

using OdeRightHandSide = std::function<void(std::span<const double> y, std::span<double> dydt, double t)>;
using OdeSteadyTest = std::function<bool(std::span<const double> y, double t)>;

/// Integrates dy/dt = f(y, t) from t0 to t1 (either direction) in place, with Boost.Odeint's controlled
/// Dormand–Prince 5(4): the one place where eigenflow calls Odeint, which by itself accepts NaN and has no step budget.
/// `steady`, if given, is asked after every accepted step (and before the first).
OdeResult integrate(const OdeRightHandSide& f, std::span<double> y, double t0, double t1, const OdeOptions& options,
                    const OdeSteadyTest& steady = {});

/// The same for one number, without the cost of vectors (twelve times faster for a weight's gradient flow).
OdeResult integrate(const std::function<double(double y, double t)>& f, double& y, double t0, double t1,
                    const OdeOptions& options, const std::function<bool(double y, double t)>& steady = {});

}  // namespace eigenflow::numerics

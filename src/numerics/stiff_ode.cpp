#include "eigenflow/numerics/stiff_ode.hpp"

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_spgmr.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "eigenflow/core/finite.hpp"
#include "stiff_vector.hpp"

namespace eigenflow::numerics {
namespace {

std::span<double> span_of(N_Vector v) {
    return {N_VGetArrayPointer(v), static_cast<std::size_t>(N_VGetLength_Serial(v))};
}

struct Bound {
    const StiffSystem& system;
    std::size_t evaluations = 0;
    std::vector<double> prepared_at = {};  // what prepare() was last told by CVODE
    double prepared_for = 0.0;
};

int slope(realtype, N_Vector y, N_Vector dydt, void* data) {
    auto& bound = *static_cast<Bound*>(data);
    ++bound.evaluations;
    bound.system.slope(span_of(y), span_of(dydt));
    return all_finite(span_of(dydt)) ? 0 : 1;  // 1: try a smaller step
}

int jacobian_times(N_Vector v, N_Vector out, realtype, N_Vector y, N_Vector, void* data, N_Vector) {
    static_cast<Bound*>(data)->system.jacobian_times(span_of(y), span_of(v), span_of(out));
    return 0;
}

int prepare(realtype, N_Vector y, N_Vector, booleantype, booleantype* current, realtype gamma, void* data) {
    auto& bound = *static_cast<Bound*>(data);
    bound.prepared_at.assign(span_of(y).begin(), span_of(y).end());
    bound.prepared_for = gamma;
    bound.system.prepare(bound.prepared_at, gamma);
    *current = SUNTRUE;
    return 0;
}

int precondition(realtype, N_Vector, N_Vector, N_Vector r, N_Vector z, realtype, realtype, int, void* data) {
    static_cast<Bound*>(data)->system.precondition(span_of(r), span_of(z));
    return 0;
}

/// The preconditioner in the place of a linear solver.
struct Direct {
    void* data = nullptr;
    SUNPSetupFn setup = nullptr;
    SUNPSolveFn solve = nullptr;
    static Direct& of(SUNLinearSolver solver) { return *static_cast<Direct*>(solver->content); }
};

SUNLinearSolver direct_solver(SUNContext context) {
    SUNLinearSolver solver = SUNLinSolNewEmpty(context);
    if (!solver) return solver;
    solver->content = new Direct;
    auto& ops = *solver->ops;
    ops.gettype = [](SUNLinearSolver) { return SUNLINEARSOLVER_ITERATIVE; };
    ops.setatimes = [](SUNLinearSolver, void*, SUNATimesFn) { return int{SUNLS_SUCCESS}; };
    ops.setpreconditioner = [](SUNLinearSolver own, void* data, SUNPSetupFn setup, SUNPSolveFn solve) {
        Direct::of(own) = {data, setup, solve};
        return int{SUNLS_SUCCESS};
    };
    ops.setup = [](SUNLinearSolver own, SUNMatrix) { return Direct::of(own).setup(Direct::of(own).data); };
    ops.solve = [](SUNLinearSolver own, SUNMatrix, N_Vector x, N_Vector b, realtype tolerance) {
        return Direct::of(own).solve(Direct::of(own).data, b, x, tolerance, SUN_PREC_LEFT);
    };
    ops.numiters = [](SUNLinearSolver) { return 1; };
    ops.free = [](SUNLinearSolver own) {
        delete static_cast<Direct*>(own->content);
        own->content = nullptr;
        SUNLinSolFreeEmpty(own);
        return int{SUNLS_SUCCESS};
    };
    return solver;
}

void silent(int, const char*, const char*, char*, void*) {}

/// CVODE's objects, freed in the order that it wants.
class Solver {
public:
    Solver(Bound& bound, std::span<double> y, const StiffOptions& options) {
        SUNContext_Create(nullptr, &context_);
        y_ = N_VMake_Serial(static_cast<sunindextype>(y.size()), y.data(), context_);
        if (y_) use_vector_instructions(y_);
        memory_ = CVodeCreate(CV_BDF, context_);
        good_ = memory_ && y_ && CVodeInit(memory_, slope, 0.0, y_) == CV_SUCCESS;
        if (!good_) return;
        CVodeSetErrHandlerFn(memory_, silent, nullptr);
        CVodeSetUserData(memory_, &bound);
        CVodeSStolerances(memory_, options.relative_tolerance, options.absolute_tolerance);
        CVodeSetMaxNumSteps(memory_, 1);
        linear_ = bound.system.preconditions_exactly ? direct_solver(context_)
                                                     : SUNLinSol_SPGMR(y_, SUN_PREC_LEFT, 20, context_);
        good_ = linear_ && CVodeSetLinearSolver(memory_, linear_, nullptr) == CV_SUCCESS &&
                CVodeSetPreconditioner(memory_, prepare, precondition) == CV_SUCCESS &&
                CVodeSetJacTimes(memory_, nullptr, jacobian_times) == CV_SUCCESS;
    }
    ~Solver() {
        CVodeFree(&memory_);
        if (linear_) SUNLinSolFree(linear_);
        if (y_) N_VDestroy(y_);
        SUNContext_Free(&context_);
    }
    Solver(const Solver&) = delete;
    Solver& operator=(const Solver&) = delete;

    bool good() const { return good_; }
    /// One step of CVODE's own, past `stop` if it likes.
    int step(double stop, double& t) { return CVode(memory_, stop, y_, &t, CV_ONE_STEP); }
    /// The state at a time inside the last step.
    void at(double t, std::span<double> out) {
        N_Vector target = N_VMake_Serial(static_cast<sunindextype>(out.size()), out.data(), context_);
        CVodeGetDky(memory_, t, 0, target);
        N_VDestroy(target);
    }

private:
    SUNContext context_ = nullptr;
    N_Vector y_ = nullptr;
    void* memory_ = nullptr;
    SUNLinearSolver linear_ = nullptr;
    bool good_ = false;
};

// Whether an explicit step over all that is left moves nothing; or, as the slope of what is stiff rounds to more than
// that, an implicit one.
bool at_rest(const Bound& bound, std::span<const double> y, double left, std::vector<double>& slope) {
    constexpr double still = 1e-14;
    const StiffSystem& system = bound.system;
    system.slope(y, slope);
    if (!all_finite(slope)) return false;  // no comparison below would see a NaN
    double fastest = 0.0;
    double largest = 0.0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        fastest = std::max(fastest, std::abs(slope[i]));
        largest = std::max(largest, std::abs(y[i]));
    }
    if (fastest * left <= still * largest) return true;
    constexpr double rounding = 1e-11;  // no slope is that small where anything still moves
    if (!system.preconditions_exactly || fastest > rounding * largest) return false;
    system.prepare(y, left);
    const std::vector<double> right(slope);
    system.precondition(right, slope);
    double moved = 0.0;
    for (const double v : slope) moved = std::max(moved, std::abs(v));
    if (!bound.prepared_at.empty()) system.prepare(bound.prepared_at, bound.prepared_for);
    return moved * left <= still * largest;
}

}  // namespace

OdeResult integrate_stiff(const StiffSystem& system, std::span<double> y, std::span<const double> times,
                          const StiffOptions& options,
                          const std::function<void(std::size_t time, std::span<const double> y)>& visit) {
    OdeResult result;
    std::size_t next = 0;
    for (; next < times.size() && times[next] <= 0.0; ++next) visit(next, y);
    if (next == times.size()) return result;
    std::vector<double> scratch(y.size());
    Bound bound{system};
    if (at_rest(bound, y, times.back(), scratch)) {
        for (; next < times.size(); ++next) visit(next, y);
        result.exit = OdeExit::steady_state;
        return result;
    }
    std::vector<double> state(y.begin(), y.end());
    Solver solver(bound, state, options);
    if (!solver.good()) {
        result.exit = OdeExit::non_finite_state;
        return result;
    }
    while (next < times.size()) {
        if (result.accepted == options.max_steps) {
            result.exit = OdeExit::step_budget_exhausted;
            break;
        }
        if (solver.step(times.back(), result.t) < 0) {
            result.exit = all_finite(state) ? OdeExit::step_size_underflow : OdeExit::non_finite_state;
            break;
        }
        ++result.accepted;
        for (; next < times.size() && times[next] <= result.t; ++next) {
            solver.at(times[next], y);
            visit(next, y);
        }
        constexpr std::size_t patience = 16;  // steps between two looks, each a slope
        if (next == times.size() || result.accepted % patience != 0) continue;
        if (!at_rest(bound, state, times.back() - result.t, scratch)) continue;
        for (; next < times.size(); ++next) visit(next, state);
        result.exit = OdeExit::steady_state;
    }
    result.evaluations = bound.evaluations;
    return result;
}

}  // namespace eigenflow::numerics

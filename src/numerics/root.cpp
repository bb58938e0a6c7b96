#include "eigenflow/numerics/root.hpp"

#include <algorithm>
#include <boost/cstdint.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cassert>
#include <cmath>

namespace eigenflow::numerics {

Root find_root(const std::function<double(double)>& f, double low, double high, const RootOptions& options) {
    if (!std::isfinite(low) || !std::isfinite(high)) return {.evaluations = 0, .exit = RootExit::not_finite};
    return find_root(f, Bracket{.low = low, .high = high, .at_low = f(low), .at_high = f(high)}, options);
}

Root find_root(const std::function<double(double)>& f, const Bracket& bracket, const RootOptions& options) {
    assert(options.absolute >= 0.0 && options.relative >= 0.0 && options.max_evaluations >= 3);
    const auto [low, high, at_low, at_high] = bracket;
    Root root{.evaluations = 2};
    if (!std::isfinite(low) || !std::isfinite(high) || !std::isfinite(at_low) || !std::isfinite(at_high)) {
        root.exit = RootExit::not_finite;
        return root;
    }
    if (at_low == 0.0 || at_high == 0.0) {
        root.x = at_low == 0.0 ? low : high;
        return root;
    }
    if (!(low < high) || std::signbit(at_low) == std::signbit(at_high)) {
        root.exit = RootExit::no_sign_change;
        return root;
    }

    bool finite = true;
    const auto guarded = [&](double x) {
        ++root.evaluations;
        const double value = f(x);
        if (std::isfinite(value)) return value;
        finite = false;
        return 0.0;  // ends the search at once; TOMS 748 itself would go on with NaN
    };
    const auto close = [&options](double a, double b) {
        return std::abs(b - a) <= options.absolute + options.relative * std::min(std::abs(a), std::abs(b));
    };
    auto budget = static_cast<boost::uintmax_t>(options.max_evaluations - 2);
    const auto [a, b] = boost::math::tools::toms748_solve(guarded, low, high, at_low, at_high, close, budget);

    if (!finite) {
        root.exit = RootExit::not_finite;
        return root;
    }
    root.x = a + 0.5 * (b - a);
    root.exit = close(a, b) ? RootExit::converged : RootExit::evaluation_budget_exhausted;
    return root;
}

}  // namespace eigenflow::numerics

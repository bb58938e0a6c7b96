#pragma once

#include <functional>
#include <limits>

namespace eigenflow::numerics {

/// An interval that holds a root, with the function's values at its ends.
struct Bracket {
    double low = 0.0;
    double high = 0.0;     ///< low < high
    double at_low = 0.0;   ///< f(low)
    double at_high = 0.0;  ///< f(high), of the other sign or zero
};

struct RootOptions {
    double absolute = 0.0;                                           ///< ≥ 0, in the units of x
    double relative = 4.0 * std::numeric_limits<double>::epsilon();  ///< ≥ 0
    int max_evaluations = 100;                                       ///< ≥ 3, the two ends included
};

/// Why the search ended.
enum class RootExit {
    converged,                    ///< high − low ≤ absolute + relative · min(|low|, |high|), or f(x) == 0
    no_sign_change,               ///< f(low) · f(high) > 0: x is NaN
    evaluation_budget_exhausted,  ///< evaluations == max_evaluations: x is the middle of the best bracket
    not_finite,                   ///< an end of the interval or a value of f was NaN or infinite: x is NaN
};

struct Root {
    double x = std::numeric_limits<double>::quiet_NaN();
    int evaluations = 0;  ///< calls of f, those at the ends included
    RootExit exit = RootExit::converged;
};

/// A root of a continuous f between low and high, by TOMS 748 (Alefeld, Potra, Shi 1995; boost::math::tools).
///
/// The root is bracketed at every step, so f may be of any shape. Accuracy: the promised inequality of `converged`.
/// Cost: 8 to 16 calls of f for a smooth one, at most 2 log2((high − low) / tolerance) + 4.
/// @param f  must not throw; a NaN or an infinity ends the search with `not_finite`
[[nodiscard]] Root find_root(const std::function<double(double)>& f, double low, double high,
                             const RootOptions& options = {});

/// The same, where f(low) and f(high) are known already (they count as two evaluations).
[[nodiscard]] Root find_root(const std::function<double(double)>& f, const Bracket& bracket,
                             const RootOptions& options = {});

}  // namespace eigenflow::numerics

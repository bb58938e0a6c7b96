#pragma once

#include <cstdint>
#include <limits>

#include "eigenflow/core/strong_types.hpp"
#include "line_complement.hpp"

namespace eigenflow::analysis {

// Does one exponent describe the whole range of λ? Two tests of the least-squares line of ln τ* on ln λ, both for
// normal errors. An exact law passes both with p = 1; any other noise-free curve fails them.

/// The p-value of the quadratic term when (ln λ)² is added to the line: two-sided Student t of n − 3 degrees of
/// freedom. NaN below 4 modes or 3 different λ.
double curvature_p_value(const LineComplement& complement);

struct BreakOptions {
    int simulations = 1000;  ///< under the null; 0: no p-value
    std::uint64_t seed = 1;
    std::uint64_t fit = 0;  ///< number of this test among those of one seed, < 2^32
};

/// The best line with one break, ln τ* = a − α ln λ + β max(0, ln λ − b). A number that does not apply is NaN.
struct Break {
    double log_variance = std::numeric_limits<double>::quiet_NaN();    ///< b
    double exponent_below = std::numeric_limits<double>::quiet_NaN();  ///< α, where ln λ < b
    double exponent_above = std::numeric_limits<double>::quiet_NaN();  ///< α − β
    double p = std::numeric_limits<double>::quiet_NaN();
};

/// Places of the break: at most 64, evenly spread over the modes, between neighbours of different λ, with 5 modes and
/// two different λ or more on either side; without one everything is NaN. The statistic is sup F, the largest
/// (RSS of the line − RSS)/RSS over the places. Its law under the null depends on the λ alone, not on the line or the
/// scatter, so p = (1 + simulations with a larger one)/(1 + simulations) is exact for normal errors, the search over
/// places included. No result depends on `threads`.
/// Cost: one QR of all modes × 64 places, and 64² products a simulation.
Break find_break(const Points& points, const LineComplement& complement, const BreakOptions& options, Threads threads);

}  // namespace eigenflow::analysis

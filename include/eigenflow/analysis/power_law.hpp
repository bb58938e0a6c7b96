#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/analysis/emergence.hpp"

namespace eigenflow::analysis {

struct FitOptions {
    std::vector<std::string> estimators = {"ols"};  ///< names from estimator_names()
    int bootstrap = 1000;                           ///< resamples over modes, ≥ 0; 0: no bootstrap
    double confidence = 0.95;                       ///< 0 < confidence < 1
    std::uint64_t seed = 1;
};

/// One row of power_law.csv: τ* = A λ^(−α) over the modes of one criterion and direction (T-21), λ the data's own
/// variance whatever the target. A number that does not apply is NaN.
struct PowerLaw {
    static constexpr double none = std::numeric_limits<double>::quiet_NaN();

    Criterion criterion = Criterion::geometric;
    Direction direction = Direction::rising;
    std::string estimator;
    double exponent = none;     ///< α
    double exponent_se = none;  ///< standard error of α; needs one mode more than the law has parameters
    double ci_low =
        none;  ///< interval for α at `confidence`: bootstrap over modes; Student t without, or below 10 modes
    double ci_high = none;
    double prefactor = none;  ///< A
    double floor = none;      ///< λ_0 of `floor`, τ* = A (λ + λ_0)^(−α)  [data²]
    double r_squared = none;  ///< 1 − Σ (ln τ* − law)² / Σ (ln τ* − mean)² of emerged modes, weighted as the fit; of
                              ///< `ols-inverse`, of its own regression
    std::size_t modes = 0;       ///< emerged modes fitted
    std::size_t censored = 0;    ///< right-censored modes of this criterion and direction: used by `censored`, which
                                 ///< counts those with a λ and a last τ, and dropped by the others
    std::string note;            ///< plain words; empty when there is nothing to say
    double floor_se = none;      ///< standard error of λ_0, from the curvature at the optimum  [data²]
    double floor_ci_low = none;  ///< profile interval for λ_0 at `confidence`; 0: a pure power law is as good  [data²]
    double floor_ci_high = none;   ///< infinite where the modes do not bound λ_0  [data²]
    double curvature_p = none;     ///< p-value of a quadratic term in ln λ: is the law a straight line?
    double break_variance = none;  ///< λ of the best single break between two exponents  [data²]
    double exponent_below = none;  ///< α of modes with λ < break_variance
    double exponent_above = none;
    double break_p = none;  ///< p-value of the break, the search for its place included; needs bootstrap > 0
};

/// Fits every (criterion, direction) that has emerged or censored modes, with every estimator. Where a criterion has
/// neither, its directions say so in `note`, without an exponent: no criterion is silent.
///
/// Fitted are modes with status `emerged`, finite τ* > 0 and λ > 0, of a mode and its partner the first. Rows: criteria
/// as they come, rising before falling, estimators as listed. One mode, fewer different λ than the law has parameters:
/// exponent NaN, with a note; as many modes as parameters: no standard error and no interval. Fewer than 5 modes, or λ
/// spanning less than a decade, is noted, and of straight lines that curvature or a break is significant (p < 1 −
/// confidence).
///
/// | estimator | minimises | standard error |
/// |---|---|---|
/// | `ols` | Σ (ln τ* − ln A + α ln λ)² | √(RSS/(n−2)/Sxx) |
/// | `ols-inverse` | Σ (ln λ − c − s ln τ*)², α = −1/s | se(s)/s² (delta method); its α is the one of `ols` over R² |
/// | `robust` | Σ ρ((ln τ* − ln A + α ln λ)/scale), ρ = Soft-L1 (Ceres) | Huber's proposal, below |
/// | `censored` | − ln likelihood: normal in ln τ*; a mode last seen at τ counts P(τ* > τ) (Ceres) | information¹ |
/// | `floor` | Σ (ln τ* − ln A + α ln(λ + λ_0))², λ_0 ≥ 0 (Ceres) | √(RSS/(n−3) (JᵀJ)⁻¹) |
///
/// ¹ of the observed information, times √(n/(n−2)).
///
/// Standard errors of τ*: where every fitted mode has one, var ln τ* = (se/τ*)² + s² for all estimators but
/// `ols-inverse`, and every term is divided by it. s, the intrinsic scatter, is common to all modes and found by
/// Paule and Mandel's rule, Σ r²/var = n − parameters, at least 0; `robust` uses 1.4826 median |r|/√var = 1 instead.
/// Without standard errors the rule gives s² = RSS/(n − parameters): the table above.
///
/// Huber's proposal: the variance is K² [Σψ²/(n−2)]/[mean ψ′]² (XᵀX)⁻¹; 0.94 to 1.03 of the true standard error at n
/// = 20. The scale of `robust` is 1.4826 times the median absolute deviation of the residuals of `ols`, at least 1e-9.
/// Without censored modes `censored` is `ols`, standard error included.
///
/// The bootstrap draws modes with replacement, for `censored` censored ones too, every resample from a random stream
/// of its own, so that no result depends on `threads`; a resample with fewer different λ than parameters is drawn
/// again. Its interval is the expanded percentile interval (Hesterberg 2015); below 10 modes, where the tails of that
/// are single resamples, the interval is Student's t. Over 500 synthetic data sets of 64 modes intervals of 95 % cover
/// α in 93 to 97 % (tests "T-21 coverage"): `ols` by Student's t, `ols` and `censored` by the bootstrap, with a third
/// of the modes censored.
///
/// A name that is not in estimator_names() gives rows that say so in `note`.
/// Cost: 3072 modes, 3 criteria, `ols` and `robust`, 1000 resamples: below 0.3 s on two idle cores. Core seconds
/// a criterion: `ols` and the break test 0.05, the others 0.05 each.
std::vector<PowerLaw> fit_power_laws(std::span<const Emergence> emergence, const FitOptions& options, Threads threads);

std::vector<std::string> estimator_names();

}  // namespace eigenflow::analysis

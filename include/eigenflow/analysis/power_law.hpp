#pragma once

#include <cstddef>
#include <cstdint>
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

/// One row of power_law.csv: τ* = A λ^(−α) over the emerged modes of one criterion and direction (T-21), λ the data's
/// own variance whatever the target. A number that does not apply is NaN.
struct PowerLaw {
    Criterion criterion = Criterion::geometric;
    Direction direction = Direction::rising;
    std::string estimator;
    double exponent = 0.0;     ///< α
    double exponent_se = 0.0;  ///< standard error of α; needs 3 modes
    double ci_low = 0.0;  ///< interval for α at `confidence`: bootstrap percentiles, or Student t without bootstrap
    double ci_high = 0.0;
    double prefactor = 0.0;  ///< A
    double floor = 0.0;  ///< λ_0 of a law with a noise floor, τ* = A (λ + λ_0)^(−α); NaN for a pure power law
    double r_squared = 0.0;  ///< 1 − Σ (ln τ* − line)² / Σ (ln τ* − mean)²; of `ols-inverse`, of its own regression
    std::size_t modes = 0;     ///< modes fitted
    std::size_t censored = 0;  ///< right-censored modes of this criterion and direction, not fitted by these estimators
    std::string note;          ///< plain words; empty when there is nothing to say
};

/// Fits every (criterion, direction) that has modes, with every estimator.
///
/// Fitted are modes with status `emerged`, finite τ* > 0 and λ > 0. Rows: criteria as they come, rising before falling,
/// estimators as listed. One mode, or modes of one λ only: exponent NaN, with a note; two modes: no standard error and
/// no interval. Fewer than 5 modes, or λ spanning less than a decade, is noted.
///
/// | estimator | minimises | standard error |
/// |---|---|---|
/// | `ols` | Σ (ln τ* − ln A + α ln λ)² | √(RSS/(n−2)/Sxx) |
/// | `ols-inverse` | Σ (ln λ − c − s ln τ*)², α = −1/s | se(s)/s² (delta method); its α is the one of `ols` over R² |
/// | `robust` | Σ ρ((ln τ* − ln A + α ln λ)/scale), ρ = Soft-L1 (Ceres) | Huber's proposal, below |
///
/// Huber's proposal: the variance is K² [Σψ²/(n−2)]/[mean ψ′]² (XᵀX)⁻¹; 0.94 to 1.03 of the true standard error at n
/// = 20. The scale of `robust` is 1.4826 times the median absolute deviation of the residuals of `ols`, at least 1e-9.
/// The bootstrap draws modes with replacement, every resample from a random stream of its own, so that no result
/// depends on `threads`; a resample with fewer than two different λ is drawn again. A name that is not in
/// estimator_names() gives rows that say so in `note`. Cost: 3072 modes, 3 criteria, `ols` and `robust`, 1000
/// resamples: below 1 s on two idle cores.
std::vector<PowerLaw> fit_power_laws(std::span<const Emergence> emergence, const FitOptions& options, Threads threads);

std::vector<std::string> estimator_names();

}  // namespace eigenflow::analysis

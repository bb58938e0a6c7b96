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

/// One row of power_law.csv: τ* = A λ^(−α) over the emerged modes of one criterion and direction (T-21).
struct PowerLaw {
    Criterion criterion = Criterion::geometric;
    Direction direction = Direction::rising;
    std::string estimator;
    double exponent = 0.0;     ///< α
    double exponent_se = 0.0;  ///< standard error of α
    double ci_low = 0.0;       ///< interval for α at `confidence`: bootstrap percentiles, or Student t without bootstrap
    double ci_high = 0.0;
    double prefactor = 0.0;  ///< A
    double floor = 0.0;      ///< λ_0 of the `floor` estimator; NaN for the others
    double r_squared = 0.0;
    std::size_t modes = 0;     ///< modes fitted
    std::size_t censored = 0;  ///< right-censored modes of this criterion and direction, not fitted by these estimators
    std::string note;          ///< plain words; empty when there is nothing to say
};

/// Fits every (criterion, direction) that has modes, with every estimator.
std::vector<PowerLaw> fit_power_laws(std::span<const Emergence> emergence, const FitOptions& options, Threads threads);

std::vector<std::string> estimator_names();

}  // namespace eigenflow::analysis

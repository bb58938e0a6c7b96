#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eigenflow::analysis {

/// The modes of one fit: ln λ (at least two different values) and ln τ*.
struct Points {
    std::vector<double> log_variance;
    std::vector<double> log_tau;

    std::size_t count() const { return log_tau.size(); }
};

/// What an estimator found. A number that does not apply is NaN.
struct Estimate {
    double exponent = std::numeric_limits<double>::quiet_NaN();
    double exponent_se = std::numeric_limits<double>::quiet_NaN();
    double log_prefactor = std::numeric_limits<double>::quiet_NaN();
    double floor = std::numeric_limits<double>::quiet_NaN();
    double r_squared = std::numeric_limits<double>::quiet_NaN();
    double scale = std::numeric_limits<double>::quiet_NaN();  ///< of the residuals, where the estimator needs one
    std::string note;
};

/// A way to read T-21 off points. To add one: a file beside this one, a declaration below, a line in registry.cpp.
struct Estimator {
    std::string_view name;
    Estimate (*fit)(const Points& points);
    /// The exponent alone, of points resampled from those that gave `full`: the inner loop of the bootstrap.
    double (*resampled_exponent)(const Points& points, const Estimate& full);
};

extern const Estimator ols;
extern const Estimator ols_inverse;
extern const Estimator robust;

/// In a fixed order, to which new ones are appended: the place of an estimator names its random streams.
std::span<const Estimator* const> estimators();

}  // namespace eigenflow::analysis

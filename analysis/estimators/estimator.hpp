#pragma once

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eigenflow::analysis {

/// The modes of one fit: ln λ (at least two different values) and ln τ*, and those that had not emerged yet.
struct Points {
    std::vector<double> log_variance;
    std::vector<double> log_tau;
    std::vector<double> measurement_variance;   ///< of ln τ*, > 0, one per mode; empty: τ* is taken as exact
    std::vector<double> censored_log_variance;  ///< of right-censored modes
    std::vector<double> censored_log_tau;       ///< ln of the τ they were last seen at: ln τ* is larger
    double censored_measurement_variance = 0.0;

    std::size_t count() const { return log_tau.size(); }
    std::size_t censored() const { return censored_log_tau.size(); }
};

/// Residuals of ln τ* below this are rounding: the law is exact.
inline constexpr double least_scale = 1e-9;

/// What an estimator found. A number that does not apply is NaN.
struct Estimate {
    double exponent = std::numeric_limits<double>::quiet_NaN();
    double exponent_se = std::numeric_limits<double>::quiet_NaN();
    double log_prefactor = std::numeric_limits<double>::quiet_NaN();
    double floor = std::numeric_limits<double>::quiet_NaN();
    double floor_se = std::numeric_limits<double>::quiet_NaN();
    double floor_low = std::numeric_limits<double>::quiet_NaN();
    double floor_high = std::numeric_limits<double>::quiet_NaN();  ///< ∞: not bounded by the data
    double r_squared = std::numeric_limits<double>::quiet_NaN();
    double scatter = std::numeric_limits<double>::quiet_NaN();  ///< of ln τ* about the law, less measurement errors
    std::string note;
};

class Resampler;

/// A way to read T-21 off points. To add one: a file beside this one, a declaration below, a line in registry.cpp.
struct Estimator {
    std::string_view name;
    Estimate (*fit)(const Points& points, double confidence);
    /// The exponent alone, of resamples of the points that gave `full`: the inner loop of the bootstrap.
    std::unique_ptr<const Resampler> (*resampler)(const Points& points, const Estimate& full);
    int parameters = 2;    ///< of the law: an exponent needs as many modes, a standard error one more
    bool straight = true;  ///< a straight line in ln λ
    bool uses_censored = false;
};

extern const Estimator ols;
extern const Estimator ols_inverse;
extern const Estimator robust;
extern const Estimator censored_line;
extern const Estimator noise_floor;

/// In a fixed order, to which new ones are appended: the place of an estimator names its random streams.
std::span<const Estimator* const> estimators();

}  // namespace eigenflow::analysis

#include <ceres/covariance.h>
#include <ceres/problem.h>
#include <ceres/sized_cost_function.h>
#include <ceres/solver.h>

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>
#include <cstdio>
#include <vector>

#include "eigenflow/numerics/root.hpp"
#include "estimator.hpp"
#include "floor_profile.hpp"
#include "floor_resampler.hpp"
#include "line.hpp"
#include "scatter.hpp"

namespace eigenflow::analysis {

namespace {

using Fit = FloorProfile::Fit;

/// √w (y − level + α ln(λ + λ_0)) of one mode; parameters level, α, u = ln(1 + λ_0/λ_min).
class Residual final : public ceres::SizedCostFunction<1, 3> {
public:
    Residual(double log_ratio, double log_least, double y, double root_weight)
        : ratio_(std::exp(log_ratio)), log_least_(log_least), y_(y), root_weight_(root_weight) {}

    bool Evaluate(double const* const* parameters, double* residuals, double** jacobians) const override {
        const double alpha = parameters[0][1], u = parameters[0][2];
        const double raised = ratio_ + std::expm1(u);  // (λ + λ_0)/λ_min
        const double x = log_least_ + std::log(raised);
        residuals[0] = root_weight_ * (y_ - parameters[0][0] + alpha * x);
        if (jacobians != nullptr && jacobians[0] != nullptr) {
            jacobians[0][0] = -root_weight_;
            jacobians[0][1] = root_weight_ * x;
            jacobians[0][2] = root_weight_ * alpha * std::exp(u) / raised;
        }
        return true;
    }

private:
    double ratio_, log_least_, y_, root_weight_;
};

/// Variances of α and u in units of the residuals' variance; NaN where the three parameters are not independent.
struct Variances {
    double exponent = std::nan("");
    double u = std::nan("");
};

Variances variances(ceres::Problem& problem, const double* parameters) {
    ceres::Covariance::Options options;
    options.algorithm_type = ceres::DENSE_SVD;
    ceres::Covariance covariance(options);
    const std::vector<const double*> blocks = {parameters};
    double block[9];
    if (!covariance.Compute(blocks, &problem) || !covariance.GetCovarianceBlock(parameters, parameters, block)) {
        return {};
    }
    return {block[4], block[8]};
}

/// Ceres from `fit`, which it improves, within 0 ≤ u ≤ largest.
Variances polish(const Points& points, const std::vector<double>& weights, const FloorProfile& profile, Fit& fit) {
    ceres::Problem problem;
    double parameters[3] = {fit.level, fit.exponent, fit.u};
    for (std::size_t i = 0; i < points.count(); ++i) {
        const double root_weight = weights.empty() ? 1.0 : std::sqrt(weights[i]);
        const double log_ratio = points.log_variance[i] - profile.log_least();
        problem.AddResidualBlock(new Residual(log_ratio, profile.log_least(), points.log_tau[i], root_weight), nullptr,
                                 parameters);
    }
    problem.SetParameterLowerBound(parameters, 2, 0.0);
    problem.SetParameterUpperBound(parameters, 2, profile.largest());
    ceres::Solver::Options options;
    options.linear_solver_type = ceres::DENSE_QR;
    options.max_num_iterations = 200;
    options.function_tolerance = 1e-15;
    options.gradient_tolerance = 1e-14;
    options.parameter_tolerance = 1e-12;
    options.logging_type = ceres::SILENT;
    ceres::Solver::Summary summary;
    ceres::Solve(options, &problem, &summary);
    if (summary.IsSolutionUsable() && 2.0 * summary.final_cost <= fit.rss) {
        fit = {.u = parameters[2], .level = parameters[0], .exponent = parameters[1], .rss = 2.0 * summary.final_cost};
    } else {
        parameters[0] = fit.level, parameters[1] = fit.exponent, parameters[2] = fit.u;
    }
    return variances(problem, parameters);
}

/// s² and the weights it gives; they and the law are solved in turn, as for a line.
std::vector<double> settled_weights(const Points& points, double& scatter) {
    std::vector<double> weights, residuals(points.count());
    double s2 = -1.0;
    for (int round = 0; round < 100; ++round) {
        FloorProfile profile(points, weights);
        const Fit fit = profile.minimum(64);
        const double floor = profile.floor_of(fit.u);
        for (std::size_t i = 0; i < points.count(); ++i) {
            const double x = std::log(std::exp(points.log_variance[i]) + floor);
            residuals[i] = points.log_tau[i] - fit.level + fit.exponent * x;
        }
        const double degrees = static_cast<double>(points.count()) - 3.0;
        const double next = intrinsic_variance(residuals, points.measurement_variance, degrees);
        if (std::abs(next - s2) <= 1e-8 * next) break;  // Brent's u has half the digits
        s2 = next;
        scatter = std::sqrt(s2);
        weights = weights_of(points, scatter);
    }
    return weights;
}

/// λ_0 whose best law is not rejected against the best of all: (RSS(λ_0) − RSS)/variance ≤ F of 1 and n − 3 degrees.
/// A profile interval, not ± standard errors: λ_0 ends at 0, and far above λ the law hardly depends on it.
void bound_floor(FloorProfile& profile, const Fit& best, double variance, double degrees, double confidence,
                 Estimate& e) {
    const double most = best.rss + variance * boost::math::quantile(boost::math::fisher_f(1.0, degrees), confidence);
    const auto excess = [&](double u) { return profile.at(u).rss - most; };
    const auto root = [&](double low, double high) {
        return profile.floor_of(numerics::find_root(excess, low, high, {.absolute = 1e-12, .relative = 1e-10}).x);
    };
    e.floor_low = best.u > 0.0 && excess(0.0) > 0.0 ? root(0.0, best.u) : 0.0;
    const bool bounded = best.u < profile.largest() && excess(profile.largest()) > 0.0;
    e.floor_high = bounded ? root(best.u, profile.largest()) : std::numeric_limits<double>::infinity();
}

std::string note_on(const Estimate& e, bool at_largest) {
    if (at_largest) return "lambda_0 has reached ten times the largest lambda: an exponential law, not a floor";
    if (e.floor_high == std::numeric_limits<double>::infinity()) return "the modes do not bound lambda_0 from above";
    if (e.floor_low > 0.0 || std::isnan(e.floor_low)) return "";
    char text[96];
    std::snprintf(text, sizeof text, "a floor is not needed: lambda_0 = 0 is within its interval (up to %.3g)",
                  e.floor_high);
    return text;
}

/// λ_max/λ_min is a double, and ten times that.
bool has_ratios(const Points& points) {
    const auto [least, most] = std::minmax_element(points.log_variance.begin(), points.log_variance.end());
    return *most - *least < std::log(1e300);
}

/// ln τ* = ln A − α ln(λ + λ_0), λ_0 ≥ 0   (T-21)
Estimate fit(const Points& points, double confidence) {
    const double degrees = static_cast<double>(points.count()) - 3.0;
    Estimate e;
    if (!has_ratios(points)) {
        e.note = "lambda spans more than 300 decades: no floor can be told";
        return e;
    }
    std::vector<double> weights;
    if (!points.measurement_variance.empty()) weights = settled_weights(points, e.scatter);
    FloorProfile profile(points, weights);
    Fit best = profile.minimum(64);
    const Variances unit = polish(points, weights, profile, best);

    e.exponent = best.exponent;
    e.log_prefactor = best.level;
    e.floor = profile.floor_of(best.u);
    const Moments m = moments_of(points, weights);
    if (m.syy > 0.0) e.r_squared = 1.0 - best.rss / m.syy;
    if (degrees > 0.0) {
        const double variance = weights.empty() ? best.rss / degrees : 1.0;
        if (weights.empty()) e.scatter = std::sqrt(variance);
        e.exponent_se = std::sqrt(variance * unit.exponent);
        e.floor_se = std::exp(profile.log_least() + best.u) * std::sqrt(variance * unit.u);  // dλ_0/du = λ_min e^u
        bound_floor(profile, best, variance, degrees, confidence, e);
    }
    e.note = note_on(e, best.u >= profile.largest());
    return e;
}

std::unique_ptr<const Resampler> resampler(const Points& points, const Estimate& full) {
    return std::make_unique<FloorResampler>(points, full.scatter);
}

}  // namespace

const Estimator noise_floor = {.name = "floor", .fit = fit, .resampler = resampler, .parameters = 3, .straight = false};

}  // namespace eigenflow::analysis

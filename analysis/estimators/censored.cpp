#include <ceres/first_order_function.h>
#include <ceres/gradient_problem.h>
#include <ceres/gradient_problem_solver.h>

#include <algorithm>
#include <cmath>

#include "censored_likelihood.hpp"
#include "eigenflow/numerics/root.hpp"
#include "estimator.hpp"
#include "line.hpp"
#include "resampler.hpp"
#include "scatter.hpp"

namespace eigenflow::analysis {

namespace {

using Vector = CensoredLikelihood::Vector;

/// −ln L for Ceres, of (δ, γ, η), or of (δ, γ) at η = 1.
class Cost final : public ceres::FirstOrderFunction {
public:
    Cost(const CensoredLikelihood& likelihood, bool keep_scale) : likelihood_(likelihood), keep_scale_(keep_scale) {}

    int NumParameters() const override { return keep_scale_ ? 2 : 3; }

    bool Evaluate(const double* parameters, double* cost, double* gradient) const override {
        const Vector theta(parameters[0], parameters[1], keep_scale_ ? 1.0 : parameters[2]);
        if (!(theta[2] > 0.0)) return false;  // the line search shortens its step
        Vector first;
        *cost = -likelihood_.at(theta, &first, nullptr);
        if (gradient != nullptr) {
            for (int i = 0; i < NumParameters(); ++i) gradient[i] = -first[i];
        }
        return std::isfinite(*cost);
    }

private:
    const CensoredLikelihood& likelihood_;
    bool keep_scale_;
};

/// Ceres climbs; Newton's steps with the exact Hessian finish, where a line search sees rounding only, and give the
/// observed information.
LikelihoodMaximum ceres_maximum(const CensoredLikelihood& likelihood, bool keep_scale) {
    const ceres::GradientProblem problem(new Cost(likelihood, keep_scale));
    ceres::GradientProblemSolver::Options options;
    options.line_search_direction_type = ceres::BFGS;
    options.max_num_iterations = 200;
    options.function_tolerance = 1e-12;
    options.gradient_tolerance = 1e-10;
    options.logging_type = ceres::SILENT;
    ceres::GradientProblemSolver::Summary summary;
    Vector theta(0.0, 0.0, 1.0);
    ceres::Solve(options, problem, theta.data(), &summary);
    return newton_maximum(likelihood, theta, keep_scale);
}

double log_likelihood(const Points& points, const NormalLine& line, double scatter) {
    return CensoredLikelihood(points, line, scatter).at({0.0, 0.0, 1.0}, nullptr, nullptr) -
           static_cast<double>(points.count()) * std::log(line.sigma);
}

NormalLine start_through(const Points& points) {
    const Moments m = moments_of(points);
    NormalLine line{.centre = m.mean_x, .level = m.mean_y, .exponent = -m.sxy / m.sxx};
    const double rss = residual_sum(points, m, {}, line.exponent);
    line.sigma = std::max(std::sqrt(rss / static_cast<double>(points.count())), least_scale);
    return line;
}

/// The likelier of two least-squares lines: through the emerged modes, or with the censored ones where last seen.
NormalLine start_of(const Points& points) {
    const NormalLine emerged = start_through(points);
    Points all = points;
    all.log_variance.insert(all.log_variance.end(), points.censored_log_variance.begin(),
                            points.censored_log_variance.end());
    all.log_tau.insert(all.log_tau.end(), points.censored_log_tau.begin(), points.censored_log_tau.end());
    const NormalLine seen = start_through(all);
    Points plain = points;  // this choice ignores measurement errors
    plain.measurement_variance.clear();
    return log_likelihood(plain, emerged, 0.0) >= log_likelihood(plain, seen, 0.0) ? emerged : seen;
}

/// κ² m/(m − 2): the errors' variance in units of v_i + s², free of the bias of least squares, which divide by m − 2.
double unbiased(double sigma, double modes) { return modes > 2.0 ? sigma * sigma * modes / (modes - 2.0) : 0.0; }

struct Fitted {
    NormalLine line;
    double exponent_se = std::nan("");
    double scatter = 0.0;
    bool converged = false;
};

Fitted maximise(const Points& points, NormalLine start, double scatter, bool keep_scale) {
    if (!points.measurement_variance.empty()) start.sigma = 1.0;  // errors are counted in √(v_i + s²)
    const CensoredLikelihood likelihood(points, start, scatter);
    const LikelihoodMaximum maximum = ceres_maximum(likelihood, keep_scale);
    const Vector slope = likelihood.exponent_gradient(maximum.theta);
    const auto modes = static_cast<double>(points.count());
    Fitted fitted{.line = likelihood.line(maximum.theta), .scatter = scatter, .converged = maximum.converged};
    const double inflation = keep_scale ? 1.0 : modes / (modes - 2.0);
    if (modes > 2.0) fitted.exponent_se = std::sqrt(inflation * slope.dot(maximum.covariance * slope));
    if (points.measurement_variance.empty()) fitted.scatter = std::sqrt(unbiased(fitted.line.sigma, modes));
    return fitted;
}

/// s by Paule and Mandel's rule: the errors found, in units of √(v_i + s²), are 1; where they are less at s = 0
/// already, they are taken to be 1.
Fitted maximise_weighted(const Points& points, const NormalLine& start) {
    const auto modes = static_cast<double>(points.count());
    const auto excess = [&](double scatter) {
        return unbiased(maximise(points, start, scatter, false).line.sigma, modes) - 1.0;
    };
    if (!(excess(0.0) > 0.0)) return maximise(points, start, 0.0, true);
    double high = start.sigma;
    while (excess(high) > 0.0) high *= 2.0;
    const numerics::Root root = numerics::find_root(excess, 0.0, high, {.relative = 1e-8});
    return maximise(points, start, root.x, false);
}

/// Of a resample's errors, in units of those of all modes. Two modes that have emerged are an exact law, whose
/// likelihood grows until σ is this small: η = 1e5 still leaves gradients 11 digits, and the exponent does not depend
/// on it.
constexpr double least_part = 1e-5;

/// Gaussian likelihood of ln τ*, to which a mode not yet seen at τ contributes the probability of τ* > τ   (T-21)
Estimate fit(const Points& points, double confidence) {
    if (points.censored() == 0) return ols.fit(points, confidence);  // the maximum is least squares
    const NormalLine start = start_of(points);
    const Fitted fitted =
        points.measurement_variance.empty() ? maximise(points, start, 0.0, false) : maximise_weighted(points, start);
    Estimate e;
    if (!fitted.converged) {
        e.note = "the likelihood with censored modes has no maximum that could be found";
        return e;
    }
    e.exponent = fitted.line.exponent;
    e.exponent_se = fitted.exponent_se;
    e.log_prefactor = fitted.line.level + e.exponent * fitted.line.centre;
    e.scatter = fitted.scatter;
    const std::vector<double> weights = weights_of(points, e.scatter);
    const Moments m = moments_of(points, weights);
    const double shift = e.log_prefactor - e.exponent * m.mean_x - m.mean_y;
    if (m.syy > 0.0) e.r_squared = 1.0 - residual_sum(points, m, weights, e.exponent, shift) / m.syy;
    return e;
}

class CensoredLines final : public Resampler {
public:
    /// Newton's steps begin at the full fit, in whose units all resamples are.
    CensoredLines(const Points& points, const Estimate& full)
        : keep_scale_(!points.measurement_variance.empty() && full.scatter == 0.0),
          likelihood_(points, line_of(points, full), full.scatter,
                      std::max(least_part * line_of(points, full).sigma, least_scale)) {}

    void exponents(const Eigen::ArrayXXd& counts, std::span<double> exponents) const override {
        for (std::size_t r = 0; r < exponents.size(); ++r) {
            const CensoredLikelihood drawn = likelihood_.resampled(counts.col(static_cast<Eigen::Index>(r)));
            const LikelihoodMaximum maximum = newton_maximum(drawn, {0.0, 0.0, 1.0}, keep_scale_);
            exponents[r] = maximum.converged ? drawn.line(maximum.theta).exponent : std::nan("");
        }
    }

private:
    static NormalLine line_of(const Points& points, const Estimate& full) {
        const double centre = moments_of(points).mean_x;
        return {.centre = centre,
                .level = full.log_prefactor - full.exponent * centre,
                .exponent = full.exponent,
                .sigma = points.measurement_variance.empty() ? std::max(full.scatter, least_scale) : 1.0};
    }

    bool keep_scale_;
    CensoredLikelihood likelihood_;
};

std::unique_ptr<const Resampler> resampler(const Points& points, const Estimate& full) {
    if (points.censored() == 0) return ols.resampler(points, full);
    return std::make_unique<CensoredLines>(points, full);
}

}  // namespace

const Estimator censored_line = {.name = "censored", .fit = fit, .resampler = resampler, .uses_censored = true};

}  // namespace eigenflow::analysis

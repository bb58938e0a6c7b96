#include <cmath>
#include <cstdio>

#include "estimator.hpp"
#include "line.hpp"
#include "resampler.hpp"

namespace eigenflow::analysis {

namespace {

/// ln λ = c + s ln τ*, least squares in ln λ; α = −1/s   (T-21)
Estimate fit(const Points& points, double) {
    const Moments m = moments_of(points);
    Estimate e;
    if (!(m.syy > 0.0) || m.sxy == 0.0) {
        e.note = "ln tau does not vary with ln lambda: the inverse slope has no reciprocal";
        return e;
    }
    const double slope = m.sxy / m.syy;
    e.exponent = -1.0 / slope;
    e.log_prefactor = m.mean_y + e.exponent * m.mean_x;  // the line passes through the means
    const double rss = slope * slope * residual_sum(points, m, {}, e.exponent);
    e.r_squared = 1.0 - rss / m.sxx;
    if (points.count() > 2) {
        const double slope_se = std::sqrt(rss / static_cast<double>(points.count() - 2) / m.syy);
        e.exponent_se = slope_se / (slope * slope);  // d(1/s)/ds
    }
    char text[96];
    std::snprintf(text, sizeof text, "the slope of ln lambda on ln tau is %.4g = -R^2/(exponent of ols)", slope);
    e.note = text;
    if (!points.measurement_variance.empty()) e.note += "; it does not weigh by the standard errors of tau*";
    return e;
}

class InverseLines final : public Resampler {
public:
    explicit InverseLines(const Points& points) : modes_(points, 0.0) {}

    void exponents(const Eigen::ArrayXXd& counts, std::span<double> exponents) const override {
        for (std::size_t r = 0; r < exponents.size(); ++r) {
            const Moments m = moments_of(modes_, counts.col(static_cast<Eigen::Index>(r)));
            exponents[r] = -m.syy / m.sxy;
        }
    }

private:
    ModeColumns modes_;
};

std::unique_ptr<const Resampler> resampler(const Points& points, const Estimate&) {
    return std::make_unique<InverseLines>(points);
}

}  // namespace

const Estimator ols_inverse = {.name = "ols-inverse", .fit = fit, .resampler = resampler};

}  // namespace eigenflow::analysis

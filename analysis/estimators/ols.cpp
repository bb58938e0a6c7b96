#include <cmath>

#include "estimator.hpp"
#include "line.hpp"
#include "resampler.hpp"

namespace eigenflow::analysis {

namespace {

/// ln τ* = ln A − α ln λ, least squares in ln τ*   (T-21)
Estimate fit(const Points& points, double) {
    const LeastSquaresLine line = least_squares_line(points);
    const Moments& m = line.moments;
    Estimate e;
    e.exponent = line.exponent;
    e.exponent_se = line.exponent_se;
    e.log_prefactor = m.mean_y + e.exponent * m.mean_x;
    if (m.syy > 0.0) e.r_squared = 1.0 - line.rss / m.syy;
    e.scatter = line.scatter;
    return e;
}

class Lines final : public Resampler {
public:
    /// The scatter, which only weighs the modes, is kept from the full fit.
    Lines(const Points& points, const Estimate& full) : modes_(points, full.scatter) {}

    void exponents(const Eigen::ArrayXXd& counts, std::span<double> exponents) const override {
        for (std::size_t r = 0; r < exponents.size(); ++r) {
            const Moments m = moments_of(modes_, modes_.weight * counts.col(static_cast<Eigen::Index>(r)));
            exponents[r] = -m.sxy / m.sxx;
        }
    }

private:
    ModeColumns modes_;
};

std::unique_ptr<const Resampler> resampler(const Points& points, const Estimate& full) {
    return std::make_unique<Lines>(points, full);
}

}  // namespace

const Estimator ols = {.name = "ols", .fit = fit, .resampler = resampler};

}  // namespace eigenflow::analysis

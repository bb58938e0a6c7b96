#include "floor_resampler.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eigenflow/numerics/exponential.hpp"

namespace eigenflow::analysis {

namespace {

constexpr Eigen::Index values = 17;   // of u in the table
constexpr double near_enough = 1e-6;  // a step of Newton's, which is good to the square of it

void take_logarithms(Eigen::ArrayXd& x) { numerics::logarithms({x.data(), static_cast<std::size_t>(x.size())}); }

}  // namespace

FloorResampler::FloorResampler(const Points& points, double scatter) : modes_(points, scatter) {
    const double log_least = modes_.log_variance.minCoeff();
    ratio_ = (modes_.log_variance - log_least).exp();
    step_ = std::log1p(10.0 * ratio_.maxCoeff()) / static_cast<double>(values - 1);
    const Eigen::ArrayXd y = modes_.log_tau - modes_.log_tau.mean();
    table_.resize(ratio_.size(), 3 * values + 3);
    for (Eigen::Index j = 0; j < values; ++j) {
        Eigen::ArrayXd x = ratio_ + std::expm1(static_cast<double>(j) * step_);
        take_logarithms(x);
        x -= x.mean();
        table_.col(3 * j) = modes_.weight * x;
        table_.col(3 * j + 1) = modes_.weight * x * x;
        table_.col(3 * j + 2) = modes_.weight * x * y;
    }
    table_.col(3 * values) = modes_.weight;
    table_.col(3 * values + 1) = modes_.weight * y;
    table_.col(3 * values + 2) = modes_.weight * y * y;
}

void FloorResampler::exponents(const Eigen::ArrayXXd& counts, std::span<double> exponents) const {
    const Eigen::MatrixXd sums = table_.transpose() * counts.matrix();
    for (std::size_t r = 0; r < exponents.size(); ++r) {
        const auto column = static_cast<Eigen::Index>(r);
        const Drawn resample = drawn(counts.col(column));
        exponents[r] = exponent_of(resample, place(sums.col(column), resample.largest));
    }
}

FloorResampler::Drawn FloorResampler::drawn(const Eigen::Ref<const Eigen::ArrayXd>& counts) const {
    Drawn drawn{.weight = modes_.weight * counts, .total = 0.0, .y = {}, .largest = 0.0};
    drawn.total = drawn.weight.sum();
    drawn.y = modes_.log_tau - (drawn.weight * modes_.log_tau).sum() / drawn.total;
    drawn.largest = std::log1p(10.0 * (counts > 0.0).select(ratio_, 0.0).maxCoeff());
    return drawn;
}

/// The best value of u in the table, up to the largest allowed, and about it a parabola's.
FloorResampler::Place FloorResampler::place(const Eigen::Ref<const Eigen::VectorXd>& sums, double largest) const {
    const double w = sums[3 * values], y = sums[3 * values + 1], yy = sums[3 * values + 2];
    double rss[values];
    Eigen::Index best = 0, count = 0;
    for (Eigen::Index j = 0; j < values && static_cast<double>(j) * step_ <= largest; ++j, ++count) {
        const double x = sums[3 * j], xx = sums[3 * j + 1], xy = sums[3 * j + 2] - x * y / w;
        rss[j] = yy - y * y / w - xy * xy / (xx - x * x / w);
        if (rss[j] < rss[best]) best = j;
    }
    const double u = static_cast<double>(best) * step_;
    Place place{.low = std::max(u - step_, 0.0),
                .start = u,
                .high = std::min(u + step_, largest),
                .low_is_end = best <= 1,
                .high_is_end = u + step_ >= largest};
    if (best > 0 && best + 1 < count) {
        const double curvature = rss[best - 1] - 2.0 * rss[best] + rss[best + 1];
        if (curvature > 0.0) place.start += 0.5 * step_ * (rss[best - 1] - rss[best + 1]) / curvature;
    }
    return place;
}

/// ½ Σ w (y − level + α x(u))², whose best level and α follow u. With x less its mean they do not mix, and
///   slope = α Σ w r x′,   x′ = e^u/(ratio + e^u − 1),   x″ = x′ − x′².
FloorResampler::Profile FloorResampler::at(double u, const Drawn& drawn) const {
    const Eigen::ArrayXd& w = drawn.weight;
    Eigen::ArrayXd x = ratio_ + std::expm1(u);
    const Eigen::ArrayXd pull = std::exp(u) / x;
    take_logarithms(x);
    x -= (w * x).sum() / drawn.total;
    const Eigen::ArrayXd wx = w * x;
    const double xx = (wx * x).sum();
    const double alpha = -(wx * drawn.y).sum() / xx;
    const Eigen::ArrayXd wr = w * (drawn.y + alpha * x);
    const double rp = (wr * pull).sum(), p = (w * pull).sum(), pp = (w * pull * pull).sum();
    const double mixed = alpha * (wx * pull).sum() + rp;  // ∂²/∂α∂u
    const double straight = alpha * alpha * pp + alpha * (rp - (wr * pull * pull).sum());
    return {.slope = alpha * rp,
            .curvature = straight - alpha * alpha * p * p / drawn.total - mixed * mixed / xx,
            .exponent = alpha,
            .exponent_slope = -mixed / xx};
}

double FloorResampler::exponent_of(const Drawn& drawn, Place place) const {
    double u = place.start, exponent = std::numeric_limits<double>::quiet_NaN();
    for (int round = 0; round < 60; ++round) {
        const Profile profile = at(u, drawn);
        exponent = profile.exponent;
        const bool rising = profile.slope >= 0.0;
        // λ_0 ends at 0 and at its largest: the best law may lie there without a zero of the slope.
        if (rising ? u <= 0.0 : u >= drawn.largest) break;
        (rising ? place.high : place.low) = u;
        (rising ? place.high_is_end : place.low_is_end) = false;
        if (place.high - place.low <= std::numeric_limits<double>::epsilon() * place.high) break;
        const double step =
            profile.curvature > 0.0 ? -profile.slope / profile.curvature : (rising ? -1.0 : 1.0) * step_;
        if (std::abs(step) <= near_enough) {
            const double next = std::clamp(u + step, 0.0, drawn.largest);
            return exponent + profile.exponent_slope * (next - u);
        }
        u += step;
        if (u <= place.low) u = place.low_is_end ? 0.0 : 0.5 * (place.low + place.high);
        if (u >= place.high) u = place.high_is_end ? drawn.largest : 0.5 * (place.low + place.high);
    }
    return exponent;
}

}  // namespace eigenflow::analysis

#include "overshoot.hpp"

#include <algorithm>
#include <boost/cstdint.hpp>
#include <boost/math/tools/minima.hpp>
#include <cmath>

#include "eigenflow/analysis/emergence.hpp"

namespace eigenflow::analysis {

namespace {

struct End {
    double variance = 0.0;
    double standard_error = 0.0;
};

double error_of(const ModeCurve& curve, std::size_t knot) {
    return curve.standard_error.empty() ? 0.0 : curve.standard_error[knot];
}

/// The largest value of ±λ̃ about knot i, between its neighbours.
void refine(Overshoot& extreme, const ModeCurve& curve, std::size_t i, bool above) {
    const std::size_t before = i == 0 ? 0 : i - 1, after = std::min(i + 1, curve.knots() - 1);
    if (!curve.evaluate || curve.tau[before] <= 0.0) return;
    const double centre = std::log(curve.tau[i]);  // the tolerance is relative, so ln τ is counted from here
    const auto height = [&](double u) {
        const double variance = curve.evaluate(curve.tau[i] * std::exp(u));
        return std::isfinite(variance) ? (above ? -variance : variance) : std::numeric_limits<double>::max();
    };
    constexpr int half_of_the_digits = std::numeric_limits<double>::digits / 2;  // an extreme is flat
    boost::uintmax_t budget = 100;
    const auto [u, lowest] = boost::math::tools::brent_find_minima(
        height, std::log(curve.tau[before]) - centre, std::log(curve.tau[after]) - centre, half_of_the_digits, budget);
    const double variance = above ? -lowest : lowest;
    if (above ? variance > extreme.variance : variance < extreme.variance) {
        extreme = {.variance = variance, .tau = curve.tau[i] * std::exp(u)};
    }
}

}  // namespace

Overshoot overshoot_of(const ModeCurve& curve, double limit) {
    if (curve.knots() < 2) return {};
    const std::size_t last = curve.knots() - 1;
    const End start{curve.initial(), error_of(curve, 0)};
    const End end = std::isfinite(limit) ? End{limit, 0.0} : End{curve.final(), error_of(curve, last)};
    const auto [low, high] = std::minmax(start, end, [](End a, End b) { return a.variance < b.variance; });

    Overshoot extreme;
    double farthest = 1.0;
    std::size_t knot = 0;
    for (std::size_t i = 0; i <= last; ++i) {
        const double v = curve.variance[i];
        const End& near = v > high.variance ? high : low;
        const double out = v > high.variance ? v - high.variance : low.variance - v;
        const double noise = overshoot_errors * std::hypot(error_of(curve, i), near.standard_error);
        if (!(out > overshoot_part * near.variance && out > noise)) continue;
        const double ratio = v > near.variance ? v / near.variance : near.variance / v;
        if (!(ratio > farthest)) continue;
        farthest = ratio;
        knot = i;
        extreme = {.variance = v, .tau = curve.tau[i]};
    }
    if (extreme.found()) refine(extreme, curve, knot, extreme.variance > high.variance);
    return extreme;
}

}  // namespace eigenflow::analysis

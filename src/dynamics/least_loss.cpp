#include "least_loss.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eigenflow/dynamics/flow_quadrature.hpp"

namespace eigenflow::dynamics {
LeftAtCut left_at_cut(const model::Objective& objective, NoiseSpan span, const Density& f) {
    LeftAtCut left;
    for (const NoiseLevel end : {span.noise, span.data}) {
        const double x = objective.path().coordinate(end);
        if (std::abs(x) < model::NoisePath::coordinate_cut) continue;
        const auto size_at = [&](double where) { return std::abs(f(objective.at_coordinate(where))); };
        const double here = size_at(x);
        left.largest = std::max(left.largest, here);
        left.falls = left.falls && here <= 0.8 * size_at(x - std::copysign(1.0, x));
    }
    return left;
}

double value_or_infinity(const model::Objective& objective, NoiseSpan span, const Density& f, double value) {
    if (std::isnan(value)) return value;
    const LeftAtCut left = left_at_cut(objective, span, f);
    const bool finite = left.falls || left.largest <= 1e-12 * std::abs(value);
    // The path's coordinate may fall: the measure dν is positive either way.
    return finite ? std::abs(value) : std::numeric_limits<double>::infinity();
}

double least_at(const model::NoiseTerms& at, std::span<const double> lambda) {
    double sum = 0.0;
    for (const double v : lambda) sum += v == 0.0 ? 0.0 : v / (at.a * at.a * v + at.s * at.s);
    return at.loss_floor * sum;
}

double least_loss(const model::Objective& objective, NoiseSpan span, std::span<const double> lambda, double tolerance) {
    double value = 0.0;
    double error = 0.0;
    const auto density = [&](const model::NoiseTerms& at) { return least_at(at, lambda); };
    FlowQuadrature(objective, span.noise, span.data, {.tolerance = tolerance})
        .integrate([&](const model::NoiseTerms& at, std::span<double> out) { out[0] = density(at); },
                   std::span(&value, 1), std::span(&error, 1));
    return value_or_infinity(objective, span, density, value);
}

LossScale loss_scale(std::span<const double> tau, double least, const std::function<double(double)>& excess) {
    LossScale scale;
    double untrained = excess(0.0);
    while (std::isinf(untrained) && scale.first < tau.size()) {
        untrained = excess(tau[scale.first]);
        if (std::isinf(untrained)) ++scale.first;
    }
    const double size = std::isfinite(untrained) ? untrained + least : least;
    scale.tolerance = std::max(1e-10 * size, std::numeric_limits<double>::min());
    return scale;
}

}  // namespace eigenflow::dynamics

#include "least_loss.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eigenflow/dynamics/flow_quadrature.hpp"

namespace eigenflow::dynamics {
namespace {

double least_at(const model::NoiseTerms& at, std::span<const double> lambda) {
    double sum = 0.0;
    for (const double v : lambda) sum += v == 0.0 ? 0.0 : v / (at.a * at.a * v + at.s * at.s);
    return at.loss_floor * sum;
}

}  // namespace

bool dies_away(const model::Objective& objective, NoiseSpan span,
               const std::function<double(const model::NoiseTerms&)>& f, double whole) {
    const model::NoisePath& path = objective.path();
    for (const NoiseLevel end : {span.noise, span.data}) {
        const double x = path.coordinate(end);
        if (std::abs(x) < model::NoisePath::coordinate_cut) continue;
        const auto size_at = [&](double where) { return std::abs(f(objective.at_coordinate(where))); };
        const double left = size_at(x);
        const bool falls = left <= 0.8 * size_at(x - std::copysign(1.0, x));  // at least as e^(−x/5)
        if (!falls && !(left <= 1e-12 * std::abs(whole))) return false;
    }
    return true;
}

double least_loss(const model::Objective& objective, NoiseSpan span, std::span<const double> lambda, double tolerance) {
    double value = 0.0;
    double error = 0.0;
    FlowQuadrature(objective, span.noise, span.data, {.tolerance = tolerance})
        .integrate([&](const model::NoiseTerms& at, std::span<double> out) { out[0] = least_at(at, lambda); },
                   std::span(&value, 1), std::span(&error, 1));
    const bool finite = dies_away(
        objective, span, [&](const model::NoiseTerms& at) { return least_at(at, lambda); }, value);
    // The path's coordinate may fall: the measure dν is positive either way.
    return finite ? std::abs(value) : std::numeric_limits<double>::infinity();
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

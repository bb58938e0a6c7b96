#include "eigenflow/dynamics/flow_quadrature.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "eigenflow/numerics/gauss_legendre.hpp"

namespace eigenflow::dynamics {

using Eigen::ArrayXd;
using Rule = numerics::GaussLegendre16;

// Buffers of one call of integrate(), so that panels allocate nothing.
struct FlowQuadrature::Sums {
    explicit Sums(Eigen::Index modes)
        : total(ArrayXd::Zero(modes)),
          error(ArrayXd::Zero(modes)),
          value(modes),
          sum(modes),
          tail_14(modes),
          tail_15(modes),
          largest(modes) {}
    ArrayXd total, error;
    ArrayXd value, sum, tail_14, tail_15, largest;
    std::size_t evaluations = 0;
    std::size_t panels = 0;
};

namespace {

// Base panels from start to end. Halving can't find a turn that is sharper than a panel and close to its edge, where no
// node sees it (2.6e-7 off, symmetric flow at λ = 1e-4): so a turning point is made an edge, with panels that shrink
// towards it by 4 down to the rounding of the coordinate.
std::vector<double> panel_edges(double start, double end, const FlowQuadrature::Options& options) {
    const auto count = static_cast<int>(std::max(1.0, std::ceil(std::abs(end - start) / options.panel_width)));
    std::vector<double> edges;
    for (int i = 0; i <= count; ++i) edges.push_back(i == count ? end : start + (end - start) * i / count);
    const auto [low, high] = std::minmax(start, end);
    if (!options.turning_point || *options.turning_point <= low || *options.turning_point >= high) return edges;
    const double turn = *options.turning_point;
    edges.push_back(turn);
    for (double distance = options.panel_width; distance > 1e-15 * (1.0 + std::abs(turn)); distance *= 0.25) {
        for (const double edge : {turn - distance, turn + distance}) {
            if (edge > low && edge < high) edges.push_back(edge);
        }
    }
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    if (end < start) std::reverse(edges.begin(), edges.end());
    return edges;
}

}  // namespace

FlowQuadrature::FlowQuadrature(const model::Objective& objective, NoiseLevel noise, NoiseLevel data, Options options)
    : objective_(objective), options_(options) {
    const double start = objective.path().coordinate(noise);
    const double end = objective.path().coordinate(data);
    length_ = std::abs(end - start);
    const std::vector<double> edges = panel_edges(start, end, options);
    for (std::size_t p = 0; p + 1 < edges.size(); ++p) panels_.push_back(make_panel(edges[p], edges[p + 1]));
}

FlowQuadrature::Panel FlowQuadrature::make_panel(double low, double high) const {
    Panel panel{low, high, {}};
    panel.terms.reserve(Rule::size);
    for (const double node : numerics::gauss_legendre_16().nodes) {
        const double x = 0.5 * (low + high) + 0.5 * (high - low) * node;
        panel.terms.push_back(objective_.at_coordinate(x));
    }
    return panel;
}

void FlowQuadrature::add_panel(const Panel& panel, std::size_t depth, const BlockFunction& f, Sums& sums) const {
    const Rule& rule = numerics::gauss_legendre_16();
    sums.sum.setZero();
    sums.tail_14.setZero();
    sums.tail_15.setZero();
    sums.largest.setZero();
    for (std::size_t i = 0; i < Rule::size; ++i) {
        f(panel.terms[i], std::span<double>(sums.value.data(), static_cast<std::size_t>(sums.value.size())));
        sums.sum += rule.weights[i] * sums.value;
        sums.tail_14 += rule.tail_14[i] * sums.value;
        sums.tail_15 += rule.tail_15[i] * sums.value;
        sums.largest = sums.largest.max(sums.value.abs());
    }
    sums.evaluations += Rule::size;
    const double half = 0.5 * (panel.high - panel.low);
    // 4 B²/F: twice the coefficient of degree 32 under geometric decay, for both halves of the alias.
    const auto tail = sums.tail_14.abs().max(sums.tail_15.abs());
    const auto estimate = (sums.largest > 0.0).select(4.0 * std::abs(half) * tail * (tail / sums.largest), 0.0);
    // A panel's share of the tolerance, but never less than a thousandth: rounding noise would be bisected for ever.
    const double allowed = options_.tolerance * std::max(2.0 * std::abs(half) / length_, 1e-3);
    ++sums.panels;
    if (depth < options_.max_depth && sums.panels < options_.max_panels * static_cast<std::size_t>(sums.value.size()) &&
        (estimate > allowed && estimate.isFinite()).any()) {
        const double middle = 0.5 * (panel.low + panel.high);
        add_panel(make_panel(panel.low, middle), depth + 1, f, sums);
        add_panel(make_panel(middle, panel.high), depth + 1, f, sums);
        return;
    }
    sums.total += half * sums.sum;
    sums.error += estimate;
}

std::size_t FlowQuadrature::integrate(const BlockFunction& f, std::span<double> integral,
                                      std::span<double> error) const {
    const auto modes = static_cast<Eigen::Index>(integral.size());
    Sums sums(modes);
    for (const Panel& panel : panels_) add_panel(panel, 0, f, sums);
    Eigen::Map<ArrayXd>(integral.data(), modes) = sums.total;
    Eigen::Map<ArrayXd>(error.data(), modes) = sums.error;
    return sums.evaluations * integral.size();
}

}  // namespace eigenflow::dynamics

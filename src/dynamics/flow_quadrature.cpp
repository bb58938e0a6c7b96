#include "eigenflow/dynamics/flow_quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "eigenflow/numerics/gauss_legendre.hpp"

namespace eigenflow::dynamics {

using Rule = numerics::GaussLegendre<16>;

// Buffers of one call of integrate_groups(), so that panels allocate nothing.
struct FlowQuadrature::Sums {
    Sums(std::size_t groups, std::span<double> integral, std::span<double> residual)
        : size(integral.size() / groups),
          total(integral),
          error(residual),
          panels(groups, 0),
          refine(groups, 0),
          value(integral.size()),
          sum(integral.size()),
          even_tail(integral.size()),
          odd_tail(integral.size()),
          even_before(integral.size()),
          odd_before(integral.size()),
          largest(integral.size()) {}
    std::size_t size;  // of a group
    std::span<double> total, error;
    std::vector<std::size_t> panels;  // of each group
    std::vector<char> refine;
    std::vector<double> value, sum, even_tail, odd_tail, even_before, odd_before, largest;
    std::size_t evaluations = 0;

    void clear(std::size_t count) {
        for (std::vector<double>* buffer : {&sum, &even_tail, &odd_tail, &even_before, &odd_before, &largest}) {
            std::fill_n(buffer->begin(), count, 0.0);
        }
    }
    // One pass for all six: every number is loaded once.
    void add_node(std::size_t i, std::size_t count) {
        const Rule& rule = numerics::gauss_legendre<Rule::size>();
        const double weight = rule.weights[i];
        const double of_even = rule.even_tail[i];
        const double of_odd = rule.odd_tail[i];
        const double of_even_before = rule.even_before[i];
        const double of_odd_before = rule.odd_before[i];
        for (std::size_t k = 0; k < count; ++k) {
            const double v = value[k];
            sum[k] += weight * v;
            even_tail[k] += of_even * v;
            odd_tail[k] += of_odd * v;
            even_before[k] += of_even_before * v;
            odd_before[k] += of_odd_before * v;
            const double magnitude = std::abs(v);
            largest[k] = magnitude > largest[k] ? magnitude : largest[k];
        }
    }
    // Into `value`.
    void estimate(double half, std::size_t count) {
        const auto larger = [](double x, double y) {
            const double a = std::abs(x);
            const double b = std::abs(y);
            return b > a ? b : a;
        };
        for (std::size_t k = 0; k < count; ++k) {
            value[k] = numerics::unresolved(half, larger(even_tail[k], odd_tail[k]),
                                            larger(even_before[k], odd_before[k]), largest[k]);
        }
    }
};

namespace {

// Base panels from start to end. Halving can't find a turn that is sharper than a panel and close to its edge, where no
// node sees it (2.6e-7 off, symmetric flow at λ = 1e-4): so a turning point is made an edge, with panels that shrink
// towards it by 4, down to the rounding of the coordinate unless a wider end will do.
std::vector<double> panel_edges(double start, double end, const FlowQuadrature::Options& options) {
    const auto count = static_cast<int>(std::max(1.0, std::ceil(std::abs(end - start) / options.panel_width)));
    std::vector<double> edges;
    for (int i = 0; i <= count; ++i) edges.push_back(i == count ? end : start + (end - start) * i / count);
    const auto [low, high] = std::minmax(start, end);
    if (!options.turning_point || *options.turning_point <= low || *options.turning_point >= high) return edges;
    const double turn = *options.turning_point;
    edges.push_back(turn);
    const double least = std::max(1e-15 * (1.0 + std::abs(turn)), options.turning_width);
    for (double distance = options.panel_width; distance > least; distance *= 0.25) {
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
    const Rule& rule = numerics::gauss_legendre<Rule::size>();
    for (std::size_t i = 0; i < Rule::size; ++i) {
        const double x = 0.5 * (low + high) + 0.5 * (high - low) * rule.nodes[i];
        panel.terms[i] = objective_.at_coordinate(x);
    }
    return panel;
}

void FlowQuadrature::add_panel(const Panel& panel, std::size_t depth, Groups groups, const GroupFunction& f,
                               Sums& sums) const {
    const std::size_t count = groups.count * sums.size;
    sums.clear(count);
    for (std::size_t i = 0; i < Rule::size; ++i) {
        f(panel.terms[i], groups, std::span(sums.value).first(count));
        sums.add_node(i, count);
    }
    sums.evaluations += Rule::size * count;
    const double half = 0.5 * (panel.high - panel.low);
    sums.estimate(std::abs(half), count);
    // A panel's share of the tolerance, but never less than a thousandth: rounding noise would be bisected for ever.
    const double allowed = options_.tolerance * std::max(2.0 * std::abs(half) / length_, 1e-3);
    bool any = false;
    for (std::size_t g = groups.first; g < groups.first + groups.count; ++g) {
        const std::size_t here = (g - groups.first) * sums.size;
        const auto estimates = std::span(sums.value).subspan(here, sums.size);
        ++sums.panels[g];
        const bool affordable = depth < options_.max_depth && sums.panels[g] < options_.max_panels * sums.size;
        const bool refine = affordable && std::any_of(estimates.begin(), estimates.end(), [&](double estimate) {
                                return estimate > allowed && std::isfinite(estimate);
                            });
        sums.refine[g] = refine ? 1 : 0;
        any = any || refine;
        if (refine) continue;
        for (std::size_t k = 0; k < sums.size; ++k) {
            sums.total[g * sums.size + k] += half * sums.sum[here + k];
            sums.error[g * sums.size + k] += estimates[k];
        }
    }
    if (!any) return;
    const double middle = 0.5 * (panel.low + panel.high);
    const Panel left = make_panel(panel.low, middle);
    const Panel right = make_panel(middle, panel.high);
    for (std::size_t g = groups.first; g < groups.first + groups.count; ++g) {
        if (!sums.refine[g]) continue;
        add_panel(left, depth + 1, {g, 1}, f, sums);
        add_panel(right, depth + 1, {g, 1}, f, sums);
    }
}

std::size_t FlowQuadrature::integrate_groups(const GroupFunction& f, std::size_t groups, std::span<double> integral,
                                             std::span<double> error) const {
    std::fill(integral.begin(), integral.end(), 0.0);
    std::fill(error.begin(), error.end(), 0.0);
    Sums sums(groups, integral, error);
    for (const Panel& panel : panels_) add_panel(panel, 0, {0, groups}, f, sums);
    return sums.evaluations;
}

std::size_t FlowQuadrature::integrate(const BlockFunction& f, std::span<double> integral,
                                      std::span<double> error) const {
    const auto together = [&](const model::NoiseTerms& at, Groups, std::span<double> value) { f(at, value); };
    return integrate_groups(together, 1, integral, error);
}

}  // namespace eigenflow::dynamics

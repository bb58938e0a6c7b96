#include "panel_moments.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "eigenflow/numerics/gauss_legendre.hpp"

namespace eigenflow::dynamics {
namespace {

using Rule = numerics::GaussLegendre<16>;
constexpr std::size_t coefficients = 3;

std::array<double, Rule::size> legendre(double x) {
    std::array<double, Rule::size> p{1.0, x};
    for (std::size_t n = 1; n + 1 < p.size(); ++n) {
        const auto k = static_cast<double>(n);
        p[n + 1] = ((2.0 * k + 1.0) * x * p[n] - k * p[n - 1]) / (k + 1.0);
    }
    return p;
}

/// [part][coefficient][node] of the linear map from values at a panel's nodes to coefficients on its parts: those of
/// the polynomial of degree 15 through the values.
std::vector<double> make_map(std::size_t parts) {
    const Rule& rule = numerics::gauss_legendre<Rule::size>();
    std::vector<double> map;
    for (std::size_t part = 0; part < parts; ++part) {
        const double width = 1.0 / static_cast<double>(parts);
        const double centre = (2.0 * static_cast<double>(part) + 1.0) * width - 1.0;
        for (std::size_t n = 0; n < coefficients; ++n) {
            std::array<double, Rule::size> moment{};  // of P_j on the part
            for (std::size_t q = 0; q < Rule::size; ++q) {
                const auto here = legendre(centre + width * rule.nodes[q]);
                const double weight = rule.weights[q] * legendre(rule.nodes[q])[n] * (static_cast<double>(n) + 0.5);
                for (std::size_t j = 0; j < Rule::size; ++j) moment[j] += weight * here[j];
            }
            for (std::size_t i = 0; i < Rule::size; ++i) {
                const auto there = legendre(rule.nodes[i]);
                double sum = 0.0;
                for (std::size_t j = 0; j < Rule::size; ++j) {
                    sum += (static_cast<double>(j) + 0.5) * rule.weights[i] * there[j] * moment[j];
                }
                map.push_back(sum);
            }
        }
    }
    return map;
}

const std::vector<double>& map_to(std::size_t level) {
    static const std::array<std::vector<double>, 5> maps = {make_map(1), make_map(2), make_map(4), make_map(8),
                                                            make_map(16)};
    return maps[level];
}

}  // namespace

FlowPanel::FlowPanel(const model::Objective& objective, double from, double to) : low(from), high(to) {
    for (const double node : numerics::gauss_legendre<Rule::size>().nodes) {
        terms.push_back(objective.at_coordinate(0.5 * (from + to) + 0.5 * (to - from) * node));
    }
}

void PanelNode::evaluate(const FlowPanel& panel, std::size_t functions, const Functions& f) {
    functions_ = functions;
    width_ = panel.high - panel.low;
    value_.resize(Rule::size * functions);
    for (std::size_t q = 0; q < Rule::size; ++q) f(panel.terms[q], std::span(value_).subspan(q * functions, functions));
    const Rule& rule = numerics::gauss_legendre<Rule::size>();
    for (std::size_t i = 0; i < functions; ++i) {
        double even_tail = 0.0;
        double odd_tail = 0.0;
        double even_before = 0.0;
        double odd_before = 0.0;
        double largest = 0.0;
        for (std::size_t q = 0; q < Rule::size; ++q) {
            const double v = value_[q * functions + i];
            even_tail += rule.even_tail[q] * v;
            odd_tail += rule.odd_tail[q] * v;
            even_before += rule.even_before[q] * v;
            odd_before += rule.odd_before[q] * v;
            largest = std::max(largest, std::abs(v));
        }
        const double tail = std::max(std::abs(even_tail), std::abs(odd_tail));
        const double before = std::max(std::abs(even_before), std::abs(odd_before));
        unresolved_ = std::max(unresolved_, numerics::unresolved(0.5 * std::abs(width_), tail, before, largest));
    }
}

std::span<const double> PanelNode::moments(std::size_t parts) {
    const auto level = static_cast<std::size_t>(std::countr_zero(parts));
    std::vector<double>& known = moments_[level];
    if (!known.empty()) return known;
    const std::vector<double>& map = map_to(level);
    const double width = width_ / static_cast<double>(parts);
    known.assign(parts * coefficients * functions_, 0.0);
    for (std::size_t row = 0; row < parts * coefficients; ++row) {
        double* out = known.data() + row * functions_;
        for (std::size_t q = 0; q < Rule::size; ++q) {
            const double weight = width * map[row * Rule::size + q];
            const double* value = value_.data() + q * functions_;
            for (std::size_t i = 0; i < functions_; ++i) out[i] += weight * value[i];
        }
    }
    return known;
}

PanelNode& PanelNode::half(bool second) {
    std::unique_ptr<PanelNode>& part = halves_[second ? 1 : 0];
    if (!part) part = std::make_unique<PanelNode>();
    return *part;
}

}  // namespace eigenflow::dynamics

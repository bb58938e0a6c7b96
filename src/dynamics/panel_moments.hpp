#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "eigenflow/model/objective.hpp"

namespace eigenflow::dynamics {

/// A stretch of the path's coordinate, with the objective at its 16 Gauss–Legendre nodes.
struct FlowPanel {
    FlowPanel(const model::Objective& objective, double from, double to);
    double low, high;
    std::vector<model::NoiseTerms> terms;
};

/// Functions of the coordinate on one panel, known by their values at its nodes, and their moments on even parts of it.
class PanelNode {
public:
    static constexpr std::size_t most_steps = 16;

    using Functions = std::function<void(const model::NoiseTerms& at, std::span<double> value)>;
    void evaluate(const FlowPanel& panel, std::size_t functions, const Functions& f);
    bool known() const { return !value_.empty(); }

    /// Estimate of the largest function's integration error, from the tail of its Legendre series
    /// (numerics::unresolved).
    double unresolved() const { return unresolved_; }

    /// Legendre coefficients 0, 1, 2 of every function on every one of 1, 2, 4, 8 or 16 even parts, times the part's
    /// width: [part][coefficient][function].
    std::span<const double> moments(std::size_t parts);

    /// The node of a half of the panel.
    PanelNode& half(bool second);

private:
    std::size_t functions_ = 0;
    double width_ = 0.0;
    double unresolved_ = 0.0;
    std::vector<double> value_;  // [node][function]
    std::array<std::vector<double>, 5> moments_;
    std::array<std::unique_ptr<PanelNode>, 2> halves_;
};

}  // namespace eigenflow::dynamics

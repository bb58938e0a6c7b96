#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "eigenflow/model/network.hpp"
#include "eigenflow/model/objective.hpp"
#include "eigenflow/numerics/gauss_legendre.hpp"

namespace eigenflow::dynamics {

/// Integrals over the noise levels from `noise` to `data`, of functions given for a block of modes at once:
/// composite 16-point Gauss–Legendre in the path's own coordinate, bisecting every panel whose error estimate
/// (numerics::unresolved) exceeds its share of the tolerance.
class FlowQuadrature {
public:
    struct Options {
        double tolerance = 1e-13;       ///< absolute, of the whole integral, > 0
        std::size_t max_depth = 30;     ///< bisections of one base panel
        std::size_t max_panels = 1024;  ///< for each function of a block; then panels stay as they are, and the
                                        ///< estimate tells
        double panel_width = 0.67;      ///< largest base panel, in the path's coordinate, > 0
        /// Where functions may turn sharply, in the path's coordinate: panels shrink towards it by factors of 4.
        std::optional<double> turning_point = {};
        double turning_width = 0.0;  ///< where they end, >= 0; 0: where the coordinate's digits do
    };

    FlowQuadrature(const model::Objective& objective, NoiseLevel noise, NoiseLevel data, Options options);
    FlowQuadrature(const model::Objective& objective, NoiseLevel noise, NoiseLevel data)
        : FlowQuadrature(objective, noise, data, Options()) {}

    /// f writes its value for every mode of the block at one noise level.
    using BlockFunction = std::function<void(const model::NoiseTerms& at, std::span<double> value)>;

    /// integral[k] = ∫_{noise}^{data} f_k d(coordinate); error[k] estimates its absolute error. Returns evaluations.
    std::size_t integrate(const BlockFunction& f, std::span<double> integral, std::span<double> error) const;

    /// Groups first … first + count − 1, counted from 0.
    struct Groups {
        std::size_t first;
        std::size_t count;
    };
    /// f writes the values of some groups at one noise level, groups contiguous.
    using GroupFunction = std::function<void(const model::NoiseTerms& at, Groups groups, std::span<double> value)>;

    /// As integrate() of every group by itself, to the last bit, but evaluated together on the base panels: bisection
    /// and the budget of panels are each group's own. integral: group after group, all of one size.
    std::size_t integrate_groups(const GroupFunction& f, std::size_t groups, std::span<double> integral,
                                 std::span<double> error) const;

private:
    struct Panel {
        double low;
        double high;
        std::array<model::NoiseTerms, numerics::GaussLegendre<16>::size> terms;  // at the nodes
    };
    struct Sums;
    Panel make_panel(double low, double high) const;
    void add_panel(const Panel& panel, std::size_t depth, Groups groups, const GroupFunction& f, Sums& sums) const;

    const model::Objective objective_;
    Options options_;
    double length_;
    std::vector<Panel> panels_;
};

}  // namespace eigenflow::dynamics

#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "eigenflow/dynamics/variance_table.hpp"

namespace eigenflow::dynamics {

/// Times of one job where times share nothing, for threads to share.
inline constexpr std::size_t times_at_once = 64;

/// Where λ lies: 8^panel ≤ λ < 8^(panel + 1), and x in [−1, 1] is linear in ln λ between the two. The grid is fixed,
/// so that a mode's x depends on no other mode.
struct LambdaPlace {
    int panel;
    double x;
};
LambdaPlace place_of(double lambda);
/// λ at x of a panel.
double lambda_at(LambdaPlace place);

/// The deviation of ln λ̃ (SmoothRoute) of modes that start alike, on one panel of λ at all times, as series in x.
struct LambdaPanel {
    int panel = 0;
    std::size_t like = 0;            ///< one of its modes
    std::vector<std::size_t> modes;  ///< rising
    std::size_t degree = 0;
    std::vector<double> series;  ///< [time * (degree + 1) + n]
    std::vector<double> error;   ///< at [time], of every mode
};

/// The panels of a network that are interpolated: those that are dense, and whose series hold what VarianceTable says.
class LambdaPanels {
public:
    LambdaPanels(const model::Network& network, const SmoothRoute& route, std::span<const double> tau, Threads threads);

    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    /// Index in panels() of a mode's, or none.
    std::size_t panel_of(std::size_t mode) const { return panel_of_[mode]; }
    std::span<const LambdaPanel> panels() const { return panels_; }
    /// Spent on points, also on those of panels that were given up.
    std::size_t evaluations() const { return evaluations_; }

private:
    std::vector<LambdaPanel> panels_;
    std::vector<std::size_t> panel_of_;
    std::size_t evaluations_ = 0;
};

}  // namespace eigenflow::dynamics

#pragma once

#include <array>
#include <cstddef>

namespace eigenflow::analysis {

/// Four values in a row, x rising: the interval to interpolate lies between the second and the third. The outer two
/// may be absent, at the ends of a series.
struct CubicNeighbourhood {
    std::array<double, 4> x{};
    std::array<double, 4> y{};
    bool has_before = false;
    bool has_after = false;
};

/// Piecewise cubic that is monotone between its samples (Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300;
/// scipy's PchipInterpolator): no crossing that the samples do not have. Exact on straight lines; the error of smooth
/// data is O(h³). A straight line, where both neighbours are absent.
class MonotoneCubic {
public:
    explicit MonotoneCubic(const CubicNeighbourhood& samples);

    /// @param part  (x − x_1)/(x_2 − x_1), in [0, 1]
    double value(double part) const;
    double slope(double part) const;  ///< dy/dx
    /// ∂value/∂y_j of the four samples, 0 for those absent.
    std::array<double, 4> weights(double part) const;

private:
    /// A derivative at a sample, and how it varies with the secants of the three intervals.
    struct Tangent {
        double value = 0.0;
        std::array<double, 3> by_secant{};
    };

    Tangent inner(std::size_t left) const;       // between the intervals left and left + 1
    Tangent outer(std::size_t neighbour) const;  // at the end that has no interval beyond it
    Tangent straight() const;

    std::array<double, 3> h_{};       // widths of the intervals; [1] is the one to interpolate
    std::array<double, 3> secant_{};  // slopes of the straight lines through their ends
    double start_ = 0.0;
    double end_ = 0.0;
    Tangent at_start_;
    Tangent at_end_;
};

}  // namespace eigenflow::analysis

#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <vector>

namespace eigenflow::model {

/// A smooth function around `centre` as a polynomial of degree 11 in s = (x − centre)/half_width through Chebyshev
/// nodes: the coefficients of 1, s, … s^11.
constexpr std::size_t polynomial_terms = 12;
using SmoothFunction = std::function<long double(long double)>;
std::array<long double, polynomial_terms> polynomial_of(const SmoothFunction& f, long double centre,
                                                        long double half_width);

/// A smooth function on [low, high], interpolated in cells of equal width; outside a straight line, for functions that
/// are one up to rounding there.
///
/// Error: about ρ^−12 of the function near its closest singularity, ρ = 4 × distance/width; width 1/4 and distances
/// above 1.5 leave ε |f|, with polynomials made in long double. Cost: two cache lines, 11 multiply-adds.
class CellPolynomials {
public:
    CellPolynomials(double low, double high, double slope_below, double slope_above, const SmoothFunction& f);

    double operator()(double x) const {
        const double at = (x - low_) * cells_per_unit_;
        if (!(at >= 0.0)) return at_low_ + slope_below_ * (x - low_);
        if (at >= static_cast<double>(cells_.size())) return at_high_ + slope_above_ * (x - high_);
        const auto i = static_cast<std::size_t>(at);
        // Not the fraction of `at`, which has lost the digits of x that x − low has not.
        return value(cells_[i], (x - centre(i)) * (2.0 * cells_per_unit_));
    }

private:
    using Cell = std::array<double, polynomial_terms>;

    static double value(const Cell& c, double s) {  // Estrin's scheme: half the latency of Horner's
        const double s2 = s * s;
        const double s4 = s2 * s2;
        const double low = (c[0] + c[1] * s) + (c[2] + c[3] * s) * s2;
        const double middle = (c[4] + c[5] * s) + (c[6] + c[7] * s) * s2;
        const double high = (c[8] + c[9] * s) + (c[10] + c[11] * s) * s2;
        return low + (middle + high * s4) * s4;
    }
    double centre(std::size_t i) const { return low_ + (static_cast<double>(i) + 0.5) * width_; }

    double low_, high_, slope_below_, slope_above_, width_, cells_per_unit_, at_low_, at_high_;
    std::vector<Cell> cells_;
};

}  // namespace eigenflow::model

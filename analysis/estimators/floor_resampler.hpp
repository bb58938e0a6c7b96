#pragma once

#include <Eigen/Core>
#include <span>

#include "resampler.hpp"

namespace eigenflow::analysis {

/// The exponents of `floor` for resamples, τ* = A (λ + λ_0)^(−α) with 0 ≤ λ_0 ≤ ten times the largest λ drawn. As
/// FloorProfile, but u = ln(1 + λ_0/λ_min) counts from the smallest λ of all modes, so that one table of ln(λ + λ_0) at
/// 17 values of u serves all resamples: which of them is best follows from a product of matrices. From there Newton's
/// steps, halved where they would leave the neighbours, to the zero of the profile's slope, 1e-12 of u.
/// Cost: 54 multiplications and some 4 logarithms a mode. Memory: 432 bytes a mode.
class FloorResampler final : public Resampler {
public:
    /// @param scatter  of the full fit: it only weighs the modes, and is kept
    FloorResampler(const Points& points, double scatter);

    void exponents(const Eigen::ArrayXXd& counts, std::span<double> exponents) const override;

private:
    struct Place {
        double low, start, high;  ///< in u
        bool low_is_end, high_is_end;
    };
    struct Drawn {
        Eigen::ArrayXd weight;
        double total;
        Eigen::ArrayXd y;  ///< ln τ* less its mean
        double largest;    ///< u
    };
    /// RSS/2 of the best law for one u: its slope and curvature in u, and the exponent and its slope.
    struct Profile {
        double slope, curvature;
        double exponent, exponent_slope;
    };

    Drawn drawn(const Eigen::Ref<const Eigen::ArrayXd>& counts) const;
    Place place(const Eigen::Ref<const Eigen::VectorXd>& sums, double largest) const;
    Profile at(double u, const Drawn& drawn) const;
    double exponent_of(const Drawn& drawn, Place place) const;

    ModeColumns modes_;
    Eigen::ArrayXd ratio_;  ///< λ/λ_min
    double step_ = 0.0;     ///< of the values of u
    Eigen::MatrixXd table_;
};

}  // namespace eigenflow::analysis

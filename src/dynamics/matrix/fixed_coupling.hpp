#pragma once

#include <Eigen/Core>

#include "magnus.hpp"

namespace eigenflow::dynamics {

/// A panel's generator D(x) + g(x) V, D diagonal and V one matrix for all x, by its moments:
///
///     α_i = diag(d_i) + g_i V
struct FixedMoments {
    const Eigen::ArrayXd &d1, &d2, &d3;
    double g1, g2, g3;
};

/// The Magnus expansion where modes are coupled by a matrix that only grows and shrinks with the noise level, as one
/// layer's W(0) does where all noise levels learn at rates that differ by a constant: brackets with D cost no product,
///
///     [α1, α2] = C1 = [κ, V],   κ = g2 d1 − g1 d2,   [V, C1] = 2 V κ V − V² κ − κ V²
///
/// V² is known beforehand, and the rest is small enough for single precision: 3 products of half the time instead of 4.
class FixedCoupling {
public:
    FixedCoupling() = default;
    /// @param v  n × m, 0 on its diagonal
    FixedCoupling(const Eigen::MatrixXd& v, MultiplyWork& work);

    /// commutator and fifth of a panel, which becomes an expanded one.
    void expand(const FixedMoments& moments, MagnusPanel& out, MultiplyWork& work) const;

private:
    Eigen::MatrixXd v_;
    Eigen::MatrixXf single_;
    Eigen::MatrixXf square_;
};

}  // namespace eigenflow::dynamics

#pragma once

#include <Eigen/Core>
#include <array>

#include "active_matrix.hpp"

namespace eigenflow::dynamics {

/// diag(d) + g V.
struct FixedMoment {
    Eigen::ArrayXd d;
    double g = 0.0;
};

/// α1 to α4, and the residual of MagnusWeights, of a panel whose generator is D(x) + g(x) V, D diagonal and V one
/// matrix for all x.
using FixedMoments = std::array<FixedMoment, 5>;

/// The sizes of terms of Ω, |row j of term X| relative to |row j of X|, the rows of X taken as independent.
struct FixedTerms {
    Eigen::ArrayXd third;    ///< brackets of D and V: orders 3 and up
    Eigen::ArrayXd fifth;    ///< the rest: orders 5 and up
    Eigen::ArrayXd missing;  ///< an estimate of what the moments and the quadrature leave out
    bool complete = false;   ///< else `missing` was too large, and there is nothing else
};

/// The Magnus expansion to eighth order (Blanes, Casas, Ros 2000) where modes are coupled by a matrix that only grows
/// and shrinks with the noise level, as one layer's W(0) does where all noise levels learn at rates that differ by a
/// constant:
///
///     s1 = −(1/28) [α1 + α3/28, α2 + 3 α4/28],   r1 = (1/3) [α1, s1 − α3/14]
///     s2 = [α1 + α3/28 + s1, α2 + 3 α4/28 + r1]
///     r2 = [α1 + (5/4) s1, 2 α3 + s2 + (1/2) [α2, s1]]
///     s3 = [α1 + α3/12 − (7/3) s1 − s2/6, −9 α2 − (9/4) α4 + 63 r1 + r2]
///     Ω = ∫A − (7/120) s2 + (1/360) s3
///
/// Brackets with D cost no product, V² is known beforehand, and with it what two moments have in common cancels before
/// anything is multiplied:
///
///     [diag(a) + g V, diag(b) + f V] = [diag(f a − g b), V],   [V, [κ, V]] = 2 V κ V − V² κ − κ V²
///
/// What is left is small enough for single precision: 7 products of half the time instead of 11.
class FixedCoupling {
public:
    /// @param v  n × m, 0 on its diagonal
    FixedCoupling(const Eigen::MatrixXd& v, MultiplyWork& work);

    /// Ω of a panel; all but ∫A and brackets of D and V in single precision, which is plenty for what is 1e-3 of those.
    /// @param integral, integral_error  ∫ g, and how far it may be off
    /// @param diagonal  of ∫A
    /// @param row_size  |row j of X|: the size of what is propagated
    /// @param allowed   of `missing`; beyond it nothing else is computed, and no product made
    FixedTerms exponent(const FixedMoments& moments, double integral, double integral_error,
                        const Eigen::ArrayXd& diagonal, const Eigen::ArrayXd& row_size, double allowed,
                        ActiveMatrix& out, MultiplyWork& work) const;

private:
    struct Buffers;
    struct Generators;
    class Residual;
    Eigen::ArrayXd start_linear(const FixedMoments& moments, double integral_error, const Eigen::ArrayXd& squared,
                                Buffers& buffers) const;
    void start(const Generators& of, Buffers& buffers, MultiplyWork& work) const;
    void second(const Generators& of, Buffers& buffers, MultiplyWork& work) const;
    void third(const Generators& of, Buffers& buffers, MultiplyWork& work) const;

    Eigen::MatrixXd v_;
    Eigen::MatrixXf single_;
    Eigen::MatrixXf square_;
    double row_norm_ = 0.0;  // the root mean square of rows' norms
};

}  // namespace eigenflow::dynamics

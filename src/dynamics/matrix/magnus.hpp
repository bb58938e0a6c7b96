#pragma once

#include "active_matrix.hpp"
#include "fixed_coupling.hpp"
#include "matrix_exponential.hpp"

namespace eigenflow::dynamics {

/// The generator A(x) of X' = A X on one panel of length h, as sixth-order Magnus integration sees it: its moments
/// A_i = ∫ (t/h)^i A dt about the panel's middle, in the combinations that generate the Lie algebra
///
///     α1 = (9/4) A_0 − 15 A_2,   α2 = 12 A_1,   α3 = −15 A_0 + 180 A_2
struct MagnusPanel {
    MagnusPanel() = default;
    MagnusPanel(Eigen::Index size, Eigen::Index active);

    bool diagonal = false;             ///< nothing but the diagonal is left: only diagonal_integral is filled
    Eigen::ArrayXd diagonal_integral;  ///< ∫ A_jj dx
    Eigen::ArrayXd quadrature_error;   ///< of it, absolute
    ActiveMatrix quadrature;           ///< the same off the diagonal
    ActiveMatrix alpha1, alpha2, alpha3;
    ActiveMatrix integral;    ///< ∫ A dx, to at least sixth order
    ActiveMatrix commutator;  ///< [α1, α2]
    ActiveMatrix scratch;     ///< room for the second product of it
    /// Of a source whose modes are coupled by one matrix, to eighth order: the moments stand for all above but the
    /// diagonal's.
    const FixedCoupling* coupling = nullptr;
    FixedMoments moments;
    double coupling_integral = 0.0;  ///< ∫ g
    double coupling_error = 0.0;     ///< of it by quadrature
};

/// What a node's A contributes to integral, α1, α2 and α3, and to the eighth order's α2 = 75 A_1 − 420 A_3 and
/// α4 = −420 A_1 + 2800 A_3 (its α1 and α3 are the sixth's), and to what these four leave of the next moment,
/// ∫ ((t/h)⁴ − (3/14) (t/h)² + 3/560) A dt: A times these.
struct MagnusWeights {
    double integral, alpha1, alpha2, alpha3, eighth2, eighth4, residual;
    /// @param node, weight  of a Gauss–Legendre rule on [−1, 1]
    MagnusWeights(double node, double weight, double h);
};

/// Buffers of magnus_exponent().
struct MagnusScratch {
    MagnusScratch() = default;
    MagnusScratch(Eigen::Index size, Eigen::Index active);
    ActiveMatrix left, right, nested, product, exponent, propagator;
    ExponentialScratch exponential;
};

/// Orders of the propagator's error over a panel, h^(order + 1).
inline constexpr int magnus_order = 6;
inline constexpr int expanded_order = 8;

/// Ω of e^Ω, the panel's propagator to sixth order (Blanes, Casas, Ros 2000), into scratch.exponent:
///
///     C1 = [α1, α2],   C2 = −(1/60) [α1, 2 α3 + C1],   Ω = ∫A + (1/240) [−20 α1 − α3 + C1, α2 + C2]
///
/// @param row_size  |row j of X|: the size of what is propagated
/// @param allowed   of the error: where it is known to be larger before any product is made, there is no Ω
/// @returns error_j of row j relative to its size: the terms of order 5, (Ω − ∫A + C1/12) X, times the ratio by which
///          they are smaller than those of order 3, C1 X/12, as the next order is by the same again; and the
///          quadrature's.
/// Cost: 4 products beside the first commutator; 7 of half the time for modes coupled by one matrix, to eighth order.
Eigen::ArrayXd magnus_exponent(const MagnusPanel& panel, const Eigen::ArrayXd& row_size, double allowed,
                               MagnusScratch& scratch, MultiplyWork& work);

}  // namespace eigenflow::dynamics

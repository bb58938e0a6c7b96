#include "fixed_coupling.hpp"

namespace eigenflow::dynamics {

using Eigen::ArrayXd;
using Eigen::ArrayXf;
using Eigen::Index;
using Eigen::MatrixXf;

FixedCoupling::FixedCoupling(const Eigen::MatrixXd& v, MultiplyWork& work) : v_(v), single_(v.cast<float>()) {
    multiply(single_, single_.topRows(v.cols()), square_, work);
}

void FixedCoupling::expand(const FixedMoments& moments, MagnusPanel& out, MultiplyWork& work) const {
    const auto& [d1, d2, d3, g1, g2, g3] = moments;
    const Index n = v_.rows();
    const Index m = v_.cols();
    ArrayXd kappa = g2 * d1 - g1 * d2;
    kappa -= kappa.mean();  // only differences count: single precision has no others to cancel
    for (Index k = 0; k < m; ++k) {
        out.commutator.block.col(k) = (v_.col(k).array() * (kappa - kappa[k])).matrix();
    }
    out.commutator.rest.setZero();

    // Buffers of a thread.
    thread_local MatrixXf bent, second, left, product, other;
    const ArrayXf bend = kappa.cast<float>();
    bent = single_ * bend.head(m).matrix().asDiagonal();
    multiply(bent, single_.topRows(m), product, work);  // V κ V

    // Column by column, in the notation of magnus_exponent():
    //     M = [α1, 2 α3 + C1],   C2 = −M/60,   L = C1 − (20 g1 + g3) V,   e = 20 d1 + d3
    //     240 (Ω − ∫A + C1/12) = −[α3, α2] + [C1, α2] − [e, C2] + [L, C2]
    const auto of_first = static_cast<float>(g1);
    const auto of_second = static_cast<float>(g2);
    const auto of_left = static_cast<float>(20.0 * g1 + g3);
    const ArrayXf f1 = d1.cast<float>();
    const ArrayXf f2 = d2.cast<float>();
    const ArrayXf outer = (20.0 * d1 + d3).cast<float>();
    const ArrayXf of_m = (2.0 * (g3 * d1 - g1 * d3)).cast<float>();
    const ArrayXf of_third = (g2 * d3 - g3 * d2).cast<float>();
    second.resize(n, m);
    left.resize(n, m);
    out.fifth.resize(n, m);
    ArrayXf v(n), c1(n), nested(n), c2(n);
    for (Index k = 0; k < m; ++k) {
        v = single_.col(k).array();
        c1 = v * (bend - bend[k]);
        nested = 2.0F * product.col(k).array() - square_.col(k).array() * (bend + bend[k]);  // [V, C1]
        c2 = (v * (of_m - of_m[k]) + c1 * (f1 - f1[k]) + of_first * nested) * (-1.0F / 60.0F);
        second.col(k) = c2.matrix();
        left.col(k) = (c1 - of_left * v).matrix();
        out.fifth.col(k) =
            (v * (of_third[k] - of_third) + c1 * (f2[k] - f2) - of_second * nested + c2 * (outer[k] - outer)).matrix();
    }
    multiply(left, second.topRows(m), product, work);
    multiply(second, left.topRows(m), other, work);
    out.fifth = (out.fifth + product - other) * (1.0F / 240.0F);
    out.expanded = true;
}

}  // namespace eigenflow::dynamics

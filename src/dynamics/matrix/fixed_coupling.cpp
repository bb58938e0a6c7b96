#include "fixed_coupling.hpp"

#include <algorithm>
#include <cmath>

namespace eigenflow::dynamics {
namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXf;
using Eigen::Index;
using Eigen::MatrixXf;

constexpr float flushed = 1e-12F;  // of V's largest: products of less would be subnormal, which take 100 times as long
constexpr double faint = 1e-9;     // of g: products are of order g², and what is below 1e-18 does not count

// Signs cancel; a tolerance of 2e-10 gives errors below 2e-11, for 1 below 8e-12 and 5 % more panels.
constexpr float unresolved_share = 0.3F;

FixedMoment sum(const FixedMoment& a, double factor, const FixedMoment& b) {
    return {.d = a.d + factor * b.d, .g = a.g + factor * b.g};
}

FixedMoment scaled(double factor, const FixedMoment& a) { return {.d = factor * a.d, .g = factor * a.g}; }

ArrayXd centred(const ArrayXd& d) { return d - d.mean(); }

// κ of [a, b] = [diag(κ), V]. Only differences count: single precision has no others to cancel.
ArrayXd bend(const FixedMoment& a, const FixedMoment& b) { return centred(b.g * a.d - a.g * b.d); }

// [diag(p), M], column by column.
struct Bracket {
    ArrayXf p;
    explicit Bracket(const ArrayXd& of) : p(of.cast<float>()) {}
    template <class Column>
    auto operator()(const Column& column, Index k) const {
        return column * (p - p[k]);
    }
};

// What brackets are taken with beside α1 to α3.
struct Sums {
    explicit Sums(const FixedMoments& a)
        : beta(sum(a[0], 1.0 / 28.0, a[2])),
          gamma(sum(a[1], 3.0 / 28.0, a[3])),
          u(sum(a[0], 1.0 / 12.0, a[2])),
          v(scaled(-9.0, sum(a[1], 0.25, a[3]))) {}
    FixedMoment beta, gamma, u, v;
};

// A moment in single precision.
struct Single {
    Bracket d;
    float g;
    explicit Single(const FixedMoment& of) : d(centred(of.d)), g(static_cast<float>(of.g)) {}
};

}  // namespace

struct FixedCoupling::Generators {
    Generators(const FixedMoments& a, const Sums& sums, const ArrayXd& s1_bend)
        : a1(a[0]),
          a2(a[1]),
          a3(a[2]),
          beta(sums.beta),
          gamma(sums.gamma),
          u(sums.u),
          v(sums.v),
          s1(s1_bend),
          bend13(bend(a[0], a[2])) {
        double largest = 0.0;
        for (const FixedMoment& moment : a) largest = std::max(largest, std::abs(moment.g));
        coupled = largest > faint;
    }
    Single a1, a2, a3, beta, gamma, u, v;
    Bracket s1;      // s1 = [s1, V]
    Bracket bend13;  // [α1, α3] = [bend13, V]
    bool coupled;
};

// Without what is V times a bracket with D: s2 stands for s2 + 28 s1, and t for s2 + [α2, s1]/2 + 28 s1.
struct FixedCoupling::Buffers {
    MatrixXf s1, nested, r1, s2, t, linear, left, right, product;
    void resize(Index n, Index m) {
        for (MatrixXf* part : {&s1, &nested, &r1, &s2, &t, &linear, &left, &right, &product}) part->resize(n, m);
    }
    // product = [left, right], 0 where modes hardly couple
    void bracket(const MatrixXf& first, bool coupled, MultiplyWork& work) {
        if (coupled) {
            commutator(left, first, product, work);
        } else {
            product.setZero();
        }
    }
};

FixedCoupling::FixedCoupling(const Eigen::MatrixXd& v, MultiplyWork& work) : v_(v), single_(v.cast<float>()) {
    if (v.size() == 0) return;
    row_norm_ = v.norm() / std::sqrt(static_cast<double>(v.rows()));
    const float least = flushed * single_.cwiseAbs().maxCoeff();
    single_ = (single_.array().abs() < least).select(0.0F, single_);
    multiply(single_, single_.topRows(v.cols()), square_, work);
}

// s1 and r1, with nested = [V, s1].
void FixedCoupling::start(const Generators& of, Buffers& buffers, MultiplyWork& work) const {
    auto& [s1, nested, r1, s2, t, linear, left, right, product] = buffers;
    const Index m = v_.cols();
    if (of.coupled) {
        left = single_ * of.s1.p.head(m).matrix().asDiagonal();
        multiply(left, single_.topRows(m), nested, work);
    }
    ArrayXf v, s;
    for (Index k = 0; k < m; ++k) {
        v = single_.col(k).array();
        s = of.s1(v, k);
        if (of.coupled) {
            nested.col(k).array() = 2.0F * nested.col(k).array() - square_.col(k).array() * (of.s1.p + of.s1.p[k]);
        } else {
            nested.col(k).setZero();
        }
        s1.col(k) = s.matrix();
        r1.col(k).array() =
            (1.0F / 3.0F) * (of.a1.d(s, k) - (1.0F / 14.0F) * of.bend13(v, k) + of.a1.g * nested.col(k).array());
        left.col(k).array() = of.beta.g * v + s;
    }
    buffers.bracket(r1, of.coupled, work);
}

// s2 and t.
void FixedCoupling::second(const Generators& of, Buffers& buffers, MultiplyWork& work) const {
    auto& [s1, nested, r1, s2, t, linear, left, right, product] = buffers;
    ArrayXf s, n;
    for (Index k = 0; k < v_.cols(); ++k) {
        s = s1.col(k).array();
        n = nested.col(k).array();
        s2.col(k).array() =
            of.beta.d(r1.col(k).array(), k) - of.gamma.d(s, k) - of.gamma.g * n + product.col(k).array();
        t.col(k).array() = s2.col(k).array() + 0.5F * (of.a2.d(s, k) + of.a2.g * n);
        left.col(k).array() = of.a1.g * single_.col(k).array() + 1.25F * s;
    }
    buffers.bracket(t, of.coupled, work);
}

// linear, of all but the last bracket, and that: s3 = [u + a, v + b], of which [u, v] is known.
void FixedCoupling::third(const Generators& of, Buffers& buffers, MultiplyWork& work) const {
    auto& [s1, nested, r1, s2, t, linear, left, right, product] = buffers;
    const float gu = of.u.g;
    const float gv = of.v.g;
    const bool by_u = std::abs(gu) >= std::abs(gv);  // the one whose share is taken from the other
    const float ratio = gu == 0.0F && gv == 0.0F ? 0.0F : by_u ? gv / gu : gu / gv;
    ArrayXf v, s, n, a, b;
    for (Index k = 0; k < v_.cols(); ++k) {
        v = single_.col(k).array();
        s = s1.col(k).array();
        n = nested.col(k).array();
        b = 2.0F * of.bend13(v, k) + of.a1.d(t.col(k).array() - 28.0F * s, k) - 2.5F * of.a3.d(s, k) -
            (2.5F * of.a3.g + 28.0F * of.a1.g) * n + product.col(k).array() + 63.0F * r1.col(k).array();
        a = (7.0F / 3.0F) * s - (1.0F / 6.0F) * s2.col(k).array();
        linear.col(k).array() = (-7.0F / 120.0F) * s2.col(k).array() + (1.0F / 360.0F) * (of.u.d(b, k) - of.v.d(a, k));
        if (by_u) {
            left.col(k).array() = gu * v + a;
            right.col(k).array() = b - ratio * a;
        } else {
            left.col(k).array() = a - ratio * b;
            right.col(k).array() = gv * v + b;
        }
    }
    buffers.bracket(right, of.coupled, work);
}

// What the moments leave of A, ρ, times the fourth power of t in how it is carried to the panel's middle,
// e^(−∫ ad(A) dt) ρ:   ad(α1)⁴/24 − ad(α1)² ad(α2)/4 + ad(α2)²/8 + ad(α1) ad(α3)/3 − ad(α4)/4. Where g rises steeply
// within a panel that is more than the terms of order 5 and 7 know of: 7e-10 of λ̃ were lost at a tolerance of 1e-13.
// Brackets with D are added to Ω, those with V and the next power are its error.
void FixedCoupling::add_residual(const FixedMoments& moments, MagnusPanel& out) const {
    out.unresolved.resize(v_.rows(), v_.cols());
    std::array<ArrayXf, 4> d, a, own;
    for (std::size_t i = 0; i < d.size(); ++i) {
        d[i] = centred(moments[i].d).cast<float>();
        own[i].setConstant(v_.rows(), static_cast<float>(2.0 * row_norm_ * std::abs(moments[i].g)));
    }
    const auto carried = [&](float odd) -> ArrayXf {
        return (1.0F / 24.0F) * a[0].square().square() + (odd * 0.25F) * (a[0].square() * a[1] + a[3]) +
               0.125F * a[1].square() + (1.0F / 3.0F) * a[0] * a[2];
    };
    const auto left = static_cast<float>(moments[4].g);
    ArrayXf known, v;
    for (Index k = 0; k < v_.cols(); ++k) {
        v = left * single_.col(k).array();
        for (std::size_t i = 0; i < d.size(); ++i) a[i] = d[i] - d[i][k];
        out.higher.col(k).array() += v * carried(-1.0F);
        for (ArrayXf& part : a) part = part.abs();
        known = carried(1.0F);
        known -= 0.5F * a[0] * known;
        for (std::size_t i = 0; i < d.size(); ++i) a[i] += own[i];
        out.unresolved.col(k).array() = unresolved_share * v * (carried(1.0F) - known);
    }
}

void FixedCoupling::expand(const FixedMoments& moments, MagnusPanel& out, MultiplyWork& work) const {
    thread_local Buffers buffers;
    buffers.resize(v_.rows(), v_.cols());
    const Sums sums(moments);
    const ArrayXd s1 = (-1.0 / 28.0) * bend(sums.beta, sums.gamma);
    // −12 (−(7/120) (−28) s1 + [u, v]/360): what of Ω − ∫A is a bracket of D and V
    const ArrayXd lead = (-19.6 * s1) - (1.0 / 30.0) * bend(sums.u, sums.v);
    for (Index k = 0; k < v_.cols(); ++k) {
        out.commutator.block.col(k) = (v_.col(k).array() * (lead - lead[k])).matrix();
    }
    out.commutator.rest.setZero();
    const Generators of(moments, sums, s1);
    start(of, buffers, work);
    second(of, buffers, work);
    third(of, buffers, work);
    out.higher = buffers.linear + (1.0F / 360.0F) * buffers.product;
    add_residual(moments, out);
    out.expanded = true;
}

}  // namespace eigenflow::dynamics

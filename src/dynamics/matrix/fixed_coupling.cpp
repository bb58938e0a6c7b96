#include "fixed_coupling.hpp"

#include <algorithm>
#include <cmath>

namespace eigenflow::dynamics {
namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXf;
using Eigen::Index;
using Eigen::MatrixXf;

// Of V's largest: far below what single precision rounds any sum by, 6e-8. Products of three such factors would be
// subnormal, which take 100 times as long.
constexpr float flushed = 1e-12F;
constexpr double faint = 1e-9;  // of g V: products are of order g², and what is below 1e-18 does not count

// Signs cancel; a tolerance of 2e-10 gives errors below 2e-11, for 1 below 8e-12 and 5 % more panels.
constexpr float unresolved_share = 0.3F;

FixedMoment sum(const FixedMoment& a, double factor, const FixedMoment& b) {
    return {.d = a.d + factor * b.d, .g = a.g + factor * b.g};
}

FixedMoment scaled(double factor, const FixedMoment& a) { return {.d = factor * a.d, .g = factor * a.g}; }

ArrayXd centred(const ArrayXd& d) { return d - d.mean(); }

// κ of [a, b] = [diag(κ), V]. Only differences count: single precision has no others to cancel.
ArrayXd bend(const FixedMoment& a, const FixedMoment& b) { return centred(b.g * a.d - a.g * b.d); }

ArrayXd relative(const ArrayXd& sum, const ArrayXd& squared) {
    return (squared > 0.0).select((sum / squared).sqrt(), 0.0);
}

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
    Generators(const FixedMoments& a, const Sums& sums, const ArrayXd& s1_bend, double row_norm)
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
        coupled = row_norm * largest > faint;
    }
    Single a1, a2, a3, beta, gamma, u, v;
    Bracket s1;      // s1 = [s1, V]
    Bracket bend13;  // [α1, α3] = [bend13, V]
    bool coupled;
};

// Without what is V times a bracket with D: s2 stands for s2 + 28 s1, and t for s2 + [α2, s1]/2 + 28 s1.
struct FixedCoupling::Buffers {
    MatrixXf nested, r1, s2, t, linear, left, right, product;
    ArrayXf v, s, a, b;  // a column of V, of s1, of the last bracket
    void resize(Index n, Index m) {
        for (MatrixXf* part : {&nested, &r1, &s2, &t, &linear, &left, &right, &product}) part->resize(n, m);
    }
    // product = [left, other], 0 where modes hardly couple
    void bracket(const MatrixXf& other, bool coupled, MultiplyWork& work) {
        if (coupled) {
            commutator(left, other, product, work);
        } else {
            product.setZero();
        }
    }
};

FixedCoupling::FixedCoupling(const Eigen::MatrixXd& v, MultiplyWork& work) : v_(v), single_(v.cast<float>()) {
    row_norm_ = v.norm() / std::sqrt(static_cast<double>(v.rows()));
    const float least = flushed * single_.cwiseAbs().maxCoeff();
    single_ = (single_.array().abs() < least).select(0.0F, single_);
    multiply(single_, single_.topRows(v.cols()), square_, work);
}

// r1, with nested = ½ [V, s1]. s1 is made from V where it is needed: that costs less than reading it.
void FixedCoupling::start(const Generators& of, Buffers& buffers, MultiplyWork& work) const {
    auto& [nested, r1, s2, t, linear, left, right, product, v, s, a, b] = buffers;
    const Index m = v_.cols();
    for (Index k = 0; k < m; ++k) {
        if (of.coupled) {
            nested.col(k).array() = square_.col(k).array() * (-0.5F * (of.s1.p + of.s1.p[k]));
        } else {
            nested.col(k).setZero();
        }
    }
    if (of.coupled) {
        left = single_ * of.s1.p.head(m).matrix().asDiagonal();
        multiply_add(left, single_.topRows(m), nested, work);
    }
    for (Index k = 0; k < m; ++k) {
        v = single_.col(k).array();
        s = of.s1(v, k);
        r1.col(k).array() = (1.0F / 3.0F) * (of.a1.d(s, k) - (1.0F / 14.0F) * of.bend13(v, k)) +
                            (2.0F / 3.0F) * of.a1.g * nested.col(k).array();
        left.col(k).array() = of.beta.g * v + s;
    }
    buffers.bracket(r1, of.coupled, work);
}

// s2 and t.
void FixedCoupling::second(const Generators& of, Buffers& buffers, MultiplyWork& work) const {
    auto& [nested, r1, s2, t, linear, left, right, product, v, s, a, b] = buffers;
    for (Index k = 0; k < v_.cols(); ++k) {
        v = single_.col(k).array();
        s = of.s1(v, k);
        const auto half = nested.col(k).array();
        s2.col(k).array() =
            of.beta.d(r1.col(k).array(), k) - of.gamma.d(s, k) - 2.0F * of.gamma.g * half + product.col(k).array();
        t.col(k).array() = s2.col(k).array() + 0.5F * of.a2.d(s, k) + of.a2.g * half;
        left.col(k).array() = of.a1.g * v + 1.25F * s;
    }
    buffers.bracket(t, of.coupled, work);
}

// Adds to linear all but the last bracket, and makes that: s3 = [u + a, v + b], of which [u, v] is known.
void FixedCoupling::third(const Generators& of, Buffers& buffers, MultiplyWork& work) const {
    auto& [nested, r1, s2, t, linear, left, right, product, v, s, a, b] = buffers;
    const float gu = of.u.g;
    const float gv = of.v.g;
    const bool by_u = std::abs(gu) >= std::abs(gv);  // the one whose share is taken from the other
    const float ratio = gu == 0.0F && gv == 0.0F ? 0.0F : by_u ? gv / gu : gu / gv;
    const float of_nested = 5.0F * of.a3.g + 56.0F * of.a1.g;
    for (Index k = 0; k < v_.cols(); ++k) {
        v = single_.col(k).array();
        s = of.s1(v, k);
        b = 2.0F * of.bend13(v, k) + of.a1.d(t.col(k).array() - 28.0F * s, k) - 2.5F * of.a3.d(s, k) -
            of_nested * nested.col(k).array() + product.col(k).array() + 63.0F * r1.col(k).array();
        a = (7.0F / 3.0F) * s - (1.0F / 6.0F) * s2.col(k).array();
        linear.col(k).array() += (-7.0F / 120.0F) * s2.col(k).array() + (1.0F / 360.0F) * (of.u.d(b, k) - of.v.d(a, k));
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
class FixedCoupling::Residual {
    auto carried(float odd) const {
        return (1.0F / 24.0F) * a_[0].square().square() + (odd * 0.25F) * (a_[0].square() * a_[1] + a_[3]) +
               0.125F * a_[1].square() + (1.0F / 3.0F) * a_[0] * a_[2];
    }

public:
    Residual(const FixedMoments& moments, double row_norm) : left_(static_cast<float>(moments[4].g)) {
        for (std::size_t i = 0; i < d_.size(); ++i) {
            d_[i] = centred(moments[i].d).cast<float>();
            own_[i] = static_cast<float>(2.0 * row_norm * std::abs(moments[i].g));
        }
    }
    /// Column k of what is known of it, and the error of that.
    void column(const ArrayXf& v, Index k, ArrayXf& known, ArrayXf& missing) {
        for (std::size_t i = 0; i < a_.size(); ++i) a_[i] = d_[i] - d_[i][k];
        known = left_ * v * carried(-1.0F);
        for (ArrayXf& part : a_) part = part.abs();
        missing = carried(1.0F);
        missing -= 0.5F * a_[0] * missing;
        for (std::size_t i = 0; i < a_.size(); ++i) a_[i] += own_[i];
        missing = (unresolved_share * left_) * v * (carried(1.0F) - missing);
    }

private:
    std::array<ArrayXf, 4> d_, a_;
    std::array<float, 4> own_;
    float left_;
};

// linear: what the moments leave out, as far as it is known; and the error of that.
ArrayXd FixedCoupling::start_linear(const FixedMoments& moments, double integral_error, const ArrayXd& squared,
                                    Buffers& buffers) const {
    Residual residual(moments, row_norm_);
    ArrayXd sum = ArrayXd::Zero(v_.rows());
    ArrayXd coupled = sum;
    for (Index k = 0; k < v_.cols(); ++k) {
        buffers.v = single_.col(k).array();
        residual.column(buffers.v, k, buffers.a, buffers.b);
        buffers.linear.col(k) = buffers.a.matrix();
        sum += squared[k] * buffers.b.cast<double>().square();
        coupled += squared[k] * v_.col(k).array().square();
    }
    return relative(sum, squared) + integral_error * relative(coupled, squared);
}

FixedTerms FixedCoupling::exponent(const FixedMoments& moments, double integral, double integral_error,
                                   const ArrayXd& diagonal, const ArrayXd& row_size, double allowed, ActiveMatrix& out,
                                   MultiplyWork& work) const {
    thread_local Buffers buffers;
    buffers.resize(v_.rows(), v_.cols());
    const ArrayXd squared = row_size.square();
    FixedTerms terms;
    terms.missing = start_linear(moments, integral_error, squared, buffers);
    if (terms.missing.maxCoeff() > allowed) return terms;
    const Sums sums(moments);
    const ArrayXd s1 = (-1.0 / 28.0) * bend(sums.beta, sums.gamma);
    const Generators of(moments, sums, s1, row_norm_);
    start(of, buffers, work);
    second(of, buffers, work);
    third(of, buffers, work);

    // −(7/120) (−28) s1 + [u, v]/360: what of Ω − ∫A is a bracket of D and V
    const ArrayXd lead = (49.0 / 30.0) * s1 + (1.0 / 360.0) * bend(sums.u, sums.v);
    terms.third.setZero(v_.rows());
    terms.fifth.setZero(v_.rows());
    ArrayXd column, higher;
    for (Index k = 0; k < v_.cols(); ++k) {
        higher = (buffers.linear.col(k) + (1.0F / 360.0F) * buffers.product.col(k)).cast<double>().array();
        terms.fifth += squared[k] * higher.square();
        column = v_.col(k).array() * (lead - lead[k]);
        terms.third += squared[k] * column.square();
        out.block.col(k).array() = integral * v_.col(k).array() + column + higher;
    }
    out.block.topRows(v_.cols()).diagonal() += diagonal.head(v_.cols()).matrix();
    out.rest = diagonal.tail(out.rest.size());
    terms.complete = true;
    terms.third = relative(terms.third, squared);
    terms.fifth = relative(terms.fifth, squared);
    return terms;
}

}  // namespace eigenflow::dynamics

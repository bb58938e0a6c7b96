#include "layer_flow.hpp"

#include <Eigen/Core>

#include "eigenflow/numerics/symmetric_eigen.hpp"
#include "layer_views.hpp"

namespace eigenflow::dynamics {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::Map;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// P, Q and b of a span of parameters, copied; Q is empty where there is none, and so is b. Products and sums of Eigen
/// on the span itself would round by where it happens to lie in memory: aligned packets fuse what the ends do not.
struct Layers {
    Layers(Index d, Index h, bool two, bool bias) : p(d, h), q(two ? h : 0, two ? d : 0), b(bias ? d : 0) {}
    Layers(std::span<const double> theta, Index d, Index h, bool two, bool bias) : Layers(d, h, two, bias) {
        p = Map<const MatrixXd>(theta.data(), d, h);
        q = Map<const MatrixXd>(theta.data() + p.size(), q.rows(), q.cols());
        b = Map<const VectorXd>(theta.data() + p.size() + q.size(), b.size());
    }
    void store(std::span<double> theta) const {
        Map<MatrixXd>(theta.data(), p.rows(), p.cols()) = p;
        Map<MatrixXd>(theta.data() + p.size(), q.rows(), q.cols()) = q;
        Map<VectorXd>(theta.data() + p.size() + q.size(), b.size()) = b;
    }
    MatrixXd p;
    MatrixXd q;
    VectorXd b;
};

}  // namespace

LayerFlow::LayerFlow(const MatrixProblem& problem, const AffineTerms& terms)
    : symmetric_(problem.layers.architecture == "symmetric-two-layer"),
      has_bias_(problem.has_bias()),
      d_(static_cast<Index>(problem.modes())),
      h_(static_cast<Index>(problem.layers.width)),
      terms_(terms),
      curvature_(terms.h0 + terms.h1 * array_of(problem.lambda)),
      moment_(terms.m0 + terms.m1 * array_of(problem.lambda)),
      mean_(mean_of(problem)),
      first_bias_(bias_of(problem)),
      first_p_(matrix_of(problem.layers.first, d_, h_)) {
    if (!symmetric_) first_q_ = matrix_of(problem.layers.second, h_, d_);
}

std::size_t LayerFlow::parameters() const {
    return static_cast<std::size_t>(d_ * h_ * (symmetric_ ? 1 : 2) + (has_bias_ ? d_ : 0));
}

void LayerFlow::initial(std::span<double> theta) const {
    Layers out(d_, h_, !symmetric_, has_bias_);
    out.p = first_p_;
    if (!symmetric_) out.q = first_q_;
    if (has_bias_) out.b = first_bias_;
    out.store(theta);
}

void LayerFlow::weights(std::span<const double> theta, MatrixXd& w, VectorXd& b) const {
    const Layers at(theta, d_, h_, !symmetric_, has_bias_);
    if (symmetric_) {
        w.noalias() = at.p * at.p.transpose();
    } else {
        w.noalias() = at.p * at.q;
    }
    b = at.b;
}

// W S.
MatrixXd LayerFlow::times_s(const MatrixXd& w) const {
    MatrixXd out = w * curvature_.matrix().asDiagonal();
    if (has_bias_) out.noalias() += (terms_.h1 * (w * mean_)) * mean_.transpose();
    return out;
}

void LayerFlow::gradient(const MatrixXd& w, const VectorXd& b, MatrixXd& g, VectorXd& g_b) const {
    g = times_s(w);
    g.diagonal().array() -= moment_;
    if (!has_bias_) return;
    g.noalias() += (terms_.e * b - terms_.m1 * mean_) * mean_.transpose();
    g_b = terms_.e * (w * mean_) + terms_.mass * b - terms_.f * mean_;
}

void LayerFlow::slope(std::span<const double> theta, std::span<double> out) {
    const Layers at(theta, d_, h_, !symmetric_, has_bias_);
    Layers to(d_, h_, !symmetric_, has_bias_);
    const double rate = -2.0 * terms_.omega;
    MatrixXd w;
    MatrixXd g;
    VectorXd b;
    VectorXd g_b;
    weights(theta, w, b);
    gradient(w, b, g, g_b);
    if (symmetric_) {
        g += g.transpose().eval();
        to.p.noalias() = rate * g * at.p;
    } else {
        to.p.noalias() = rate * g * at.q.transpose();
        to.q.noalias() = rate * at.p.transpose() * g;
    }
    if (has_bias_) to.b = rate * g_b;
    to.store(out);
}

void LayerFlow::jacobian_times(std::span<const double> theta, std::span<const double> v, std::span<double> out) {
    const Layers at(theta, d_, h_, !symmetric_, has_bias_);
    const Layers by(v, d_, h_, !symmetric_, has_bias_);
    Layers to(d_, h_, !symmetric_, has_bias_);
    const double rate = -2.0 * terms_.omega;
    MatrixXd w;
    MatrixXd g;
    VectorXd b;
    VectorXd g_b;
    weights(theta, w, b);
    gradient(w, b, g, g_b);
    MatrixXd moved(d_, d_);  // of W
    if (symmetric_) {
        moved.noalias() = by.p * at.p.transpose();
        moved += moved.transpose().eval();
    } else {
        moved.noalias() = by.p * at.q;
        moved.noalias() += at.p * by.q;
    }
    MatrixXd answer = times_s(moved);
    if (has_bias_) {
        answer.noalias() += (terms_.e * by.b) * mean_.transpose();
        to.b = rate * (terms_.e * (moved * mean_) + terms_.mass * by.b);
    }
    if (symmetric_) {
        answer += answer.transpose().eval();
        g += g.transpose().eval();
        to.p.noalias() = rate * answer * at.p;
        to.p.noalias() += rate * g * by.p;
    } else {
        to.p.noalias() = rate * answer * at.q.transpose();
        to.p.noalias() += rate * g * by.q.transpose();
        to.q.noalias() = rate * at.p.transpose() * answer;
        to.q.noalias() += rate * by.p.transpose() * g;
    }
    to.store(out);
}

void LayerFlow::prepare(std::span<const double> theta, double gamma) {
    const Layers at(theta, d_, h_, !symmetric_, has_bias_);
    step_ = 2.0 * terms_.omega * gamma;
    p_ = at.p;
    const auto left = numerics::symmetric_eigen(MatrixXd(p_ * p_.transpose()));
    left_ = Map<const MatrixXd>(left.vectors.data(), d_, d_);
    const ArrayXd grown = step_ * array_of(left.values).max(0.0);
    // S⁻¹ without the mean's rank-one part, which GMRES takes in a few iterations.
    const ArrayXd inverse = curvature_.max(1e-300).inverse();
    if (symmetric_) {
        const ArrayXd s = (left_.array().square().colwise() * curvature_).colwise().sum().transpose();
        divisor_.resize(d_, d_);
        for (Index k = 0; k < d_; ++k) divisor_.col(k) = (s + s[k]).inverse() + grown + grown[k];
        return;
    }
    q_ = at.q;
    MatrixXd bracket = step_ * q_.transpose() * q_;
    bracket.diagonal().array() += inverse;
    const auto right = numerics::symmetric_eigen(bracket);
    right_ = Map<const MatrixXd>(right.vectors.data(), d_, d_);
    divisor_ = grown.matrix().replicate(1, d_) + array_of(right.values).matrix().transpose().replicate(d_, 1);
}

void LayerFlow::precondition(std::span<const double> r, std::span<double> z) const {
    const Layers from(r, d_, h_, !symmetric_, has_bias_);
    Layers to(d_, h_, !symmetric_, has_bias_);
    if (has_bias_) to.b = from.b / (1.0 + step_ * terms_.mass);
    MatrixXd moved(d_, d_);
    if (symmetric_) {
        moved.noalias() = from.p * p_.transpose();
        moved += moved.transpose().eval();
        const MatrixXd rotated = left_.transpose() * moved * left_;
        const MatrixXd u = left_ * rotated.cwiseQuotient(divisor_) * left_.transpose();
        to.p = from.p;
        to.p.noalias() -= step_ * u * p_;
        return to.store(z);
    }
    moved.noalias() = from.p * q_;
    moved.noalias() += p_ * from.q;
    const MatrixXd rotated = left_.transpose() * moved * right_;
    const MatrixXd u = left_ * rotated.cwiseQuotient(divisor_) * right_.transpose();
    to.p = from.p;
    to.q = from.q;
    to.p.noalias() -= step_ * u * q_.transpose();
    to.q.noalias() -= step_ * p_.transpose() * u;
    to.store(z);
}

}  // namespace eigenflow::dynamics

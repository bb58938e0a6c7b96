#include "layer_flow.hpp"

#include <Eigen/Eigenvalues>

#include "layer_views.hpp"

namespace eigenflow::dynamics {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::Map;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

template <class Double>
using MatrixOf = std::conditional_t<std::is_const_v<Double>, const MatrixXd, MatrixXd>;
template <class Double>
using VectorOf = std::conditional_t<std::is_const_v<Double>, const VectorXd, VectorXd>;

/// P, Q and b in a span of parameters; Q is empty where there is none, and so is b.
template <class Double>
struct Layers {
    Layers(std::span<Double> theta, Index d, Index h, bool two, bool bias)
        : p(theta.data(), d, h),
          q(theta.data() + d * h, two ? h : 0, two ? d : 0),
          b(theta.data() + d * h * (two ? 2 : 1), bias ? d : 0) {}
    Map<MatrixOf<Double>> p;
    Map<MatrixOf<Double>> q;
    Map<VectorOf<Double>> b;
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
    Layers<double> out(theta, d_, h_, !symmetric_, has_bias_);
    out.p = first_p_;
    if (!symmetric_) out.q = first_q_;
    if (has_bias_) out.b = first_bias_;
}

void LayerFlow::weights(std::span<const double> theta, MatrixXd& w, VectorXd& b) const {
    const Layers<const double> at(theta, d_, h_, !symmetric_, has_bias_);
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
    const Layers<const double> at(theta, d_, h_, !symmetric_, has_bias_);
    Layers<double> to(out, d_, h_, !symmetric_, has_bias_);
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
}

void LayerFlow::jacobian_times(std::span<const double> theta, std::span<const double> v, std::span<double> out) {
    const Layers<const double> at(theta, d_, h_, !symmetric_, has_bias_);
    const Layers<const double> by(v, d_, h_, !symmetric_, has_bias_);
    Layers<double> to(out, d_, h_, !symmetric_, has_bias_);
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
}

void LayerFlow::prepare(std::span<const double> theta, double gamma) {
    const Layers<const double> at(theta, d_, h_, !symmetric_, has_bias_);
    step_ = 2.0 * terms_.omega * gamma;
    p_ = at.p;
    const Eigen::SelfAdjointEigenSolver<MatrixXd> left(p_ * p_.transpose());
    left_ = left.eigenvectors();
    const ArrayXd grown = step_ * left.eigenvalues().array().max(0.0);
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
    const Eigen::SelfAdjointEigenSolver<MatrixXd> right(bracket);
    right_ = right.eigenvectors();
    divisor_ = grown.matrix().replicate(1, d_) + right.eigenvalues().transpose().replicate(d_, 1);
}

void LayerFlow::precondition(std::span<const double> r, std::span<double> z) const {
    const Layers<const double> from(r, d_, h_, !symmetric_, has_bias_);
    Layers<double> to(z, d_, h_, !symmetric_, has_bias_);
    if (has_bias_) to.b = from.b / (1.0 + step_ * terms_.mass);
    MatrixXd moved(d_, d_);
    if (symmetric_) {
        moved.noalias() = from.p * p_.transpose();
        moved += moved.transpose().eval();
        const MatrixXd rotated = left_.transpose() * moved * left_;
        const MatrixXd u = left_ * rotated.cwiseQuotient(divisor_) * left_.transpose();
        to.p = from.p;
        to.p.noalias() -= step_ * u * p_;
        return;
    }
    moved.noalias() = from.p * q_;
    moved.noalias() += p_ * from.q;
    const MatrixXd rotated = left_.transpose() * moved * right_;
    const MatrixXd u = left_ * rotated.cwiseQuotient(divisor_) * right_.transpose();
    to.p = from.p;
    to.q = from.q;
    to.p.noalias() -= step_ * u * q_.transpose();
    to.q.noalias() -= step_ * p_.transpose() * u;
}

}  // namespace eigenflow::dynamics

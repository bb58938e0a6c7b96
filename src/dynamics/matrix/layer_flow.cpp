#include "layer_flow.hpp"

#include <Eigen/Core>
#include <vector>

#include "eigenflow/numerics/symmetric_eigen.hpp"
#include "layer_views.hpp"

namespace eigenflow::dynamics {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::Map;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

// Unknowns up to which the Jacobian is dense: its LU is then cheap, and bottlenecks and tied layers need it whole.
constexpr std::size_t few_parameters = 48;

// out = a b. Below some 16 rows Eigen's blocked product is mostly packing.
template <class A, class B, class Out>
void product(const A& a, const B& b, Out& out) {
    constexpr Index small = 16;
    if (a.rows() <= small && b.cols() <= small && a.cols() <= small) {
        out.noalias() = a.lazyProduct(b);
    } else {
        out.noalias() = a * b;
    }
}

template <class A, class B, class Out>
void add_product(double factor, const A& a, const B& b, Out& out) {
    constexpr Index small = 16;
    if (a.rows() <= small && b.cols() <= small && a.cols() <= small) {
        out.noalias() += factor * a.lazyProduct(b);
    } else {
        out.noalias() += factor * a * b;
    }
}

}  // namespace

void LayerFlow::Layers::load(std::span<const double> theta) {
    p = Map<const MatrixXd>(theta.data(), p.rows(), p.cols());
    q = Map<const MatrixXd>(theta.data() + p.size(), q.rows(), q.cols());
    b = Map<const VectorXd>(theta.data() + p.size() + q.size(), b.size());
}

void LayerFlow::Layers::store(std::span<double> theta) const {
    Map<MatrixXd>(theta.data(), p.rows(), p.cols()) = p;
    Map<MatrixXd>(theta.data() + p.size(), q.rows(), q.cols()) = q;
    Map<VectorXd>(theta.data() + p.size() + q.size(), b.size()) = b;
}

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
    for (Layers* layers : {&at_, &by_, &to_, &prepared_}) *layers = room();
    for (MatrixXd* matrix : {&w_, &g_, &moved_, &answer_, &half_}) matrix->resize(d_, d_);
    g_b_.resize(has_bias_ ? d_ : 0);
    dense_ = parameters() <= few_parameters;
}

LayerFlow::Layers LayerFlow::room() const {
    return {MatrixXd(d_, h_), MatrixXd(symmetric_ ? 0 : h_, symmetric_ ? 0 : d_), VectorXd(has_bias_ ? d_ : 0)};
}

std::size_t LayerFlow::parameters() const {
    return static_cast<std::size_t>(d_ * h_ * (symmetric_ ? 1 : 2) + (has_bias_ ? d_ : 0));
}

void LayerFlow::initial(std::span<double> theta) const {
    Layers out = room();
    out.p = first_p_;
    if (!symmetric_) out.q = first_q_;
    if (has_bias_) out.b = first_bias_;
    out.store(theta);
}

void LayerFlow::weights(std::span<const double> theta, MatrixXd& w, VectorXd& b) const {
    Layers at = room();
    at.load(theta);
    w.resize(d_, d_);
    multiply_layers(at, w);
    b = at.b;
}

void LayerFlow::multiply_layers(const Layers& at, MatrixXd& w) const {
    if (symmetric_) {
        product(at.p, at.p.transpose(), w);
    } else {
        product(at.p, at.q, w);
    }
}

// W S.
void LayerFlow::multiply_s(const MatrixXd& w, MatrixXd& out) const {
    out = w * curvature_.matrix().asDiagonal();
    if (has_bias_) out.noalias() += (terms_.h1 * (w * mean_)) * mean_.transpose();
}

// at_, W into w_, G into g_ and the bias's into g_b_.
void LayerFlow::gradient_at(std::span<const double> theta) {
    at_.load(theta);
    multiply_layers(at_, w_);
    multiply_s(w_, g_);
    g_.diagonal().array() -= moment_;
    if (!has_bias_) return;
    g_.noalias() += (terms_.e * at_.b - terms_.m1 * mean_) * mean_.transpose();
    g_b_ = terms_.e * (w_ * mean_) + terms_.mass * at_.b - terms_.f * mean_;
}

void LayerFlow::slope(std::span<const double> theta, std::span<double> out) {
    const double rate = -2.0 * terms_.omega;
    gradient_at(theta);
    if (symmetric_) {
        half_ = rate * (g_ + g_.transpose());
        product(half_, at_.p, to_.p);
    } else {
        g_ *= rate;
        product(g_, at_.q.transpose(), to_.p);
        product(at_.p.transpose(), g_, to_.q);
    }
    if (has_bias_) to_.b = rate * g_b_;
    to_.store(out);
}

void LayerFlow::jacobian_times(std::span<const double> theta, std::span<const double> v, std::span<double> out) {
    const double rate = -2.0 * terms_.omega;
    gradient_at(theta);
    by_.load(v);
    if (symmetric_) {
        product(by_.p, at_.p.transpose(), half_);
        moved_ = half_ + half_.transpose();
    } else {
        product(by_.p, at_.q, moved_);
        add_product(1.0, at_.p, by_.q, moved_);
    }
    multiply_s(moved_, answer_);
    if (has_bias_) {
        answer_.noalias() += (terms_.e * by_.b) * mean_.transpose();
        to_.b = rate * (terms_.e * (moved_ * mean_) + terms_.mass * by_.b);
    }
    if (symmetric_) {
        half_ = answer_ + answer_.transpose();
        product(half_, at_.p, to_.p);
        half_ = g_ + g_.transpose();
        add_product(1.0, half_, by_.p, to_.p);
    } else {
        product(answer_, at_.q.transpose(), to_.p);
        add_product(1.0, g_, by_.q.transpose(), to_.p);
        product(at_.p.transpose(), answer_, to_.q);
        add_product(1.0, by_.p.transpose(), g_, to_.q);
        to_.q *= rate;
    }
    to_.p *= rate;
    to_.store(out);
}

void LayerFlow::prepare_dense(std::span<const double> theta, double gamma) {
    const std::size_t n = parameters();
    std::vector<double> unit(n, 0.0);
    MatrixXd system(static_cast<Index>(n), static_cast<Index>(n));
    for (std::size_t k = 0; k < n; ++k) {
        const auto column = static_cast<Index>(k);
        unit[k] = 1.0;
        jacobian_times(theta, unit, {system.col(column).data(), n});
        unit[k] = 0.0;
        system.col(column) *= -gamma;
        system(column, column) += 1.0;
    }
    decomposed_.compute(system);
}

void LayerFlow::prepare(std::span<const double> theta, double gamma) {
    if (dense_) return prepare_dense(theta, gamma);
    prepared_.load(theta);
    step_ = 2.0 * terms_.omega * gamma;
    const auto left = numerics::symmetric_eigen(MatrixXd(prepared_.p * prepared_.p.transpose()));
    left_ = Map<const MatrixXd>(left.vectors.data(), d_, d_);
    const ArrayXd grown = step_ * array_of(left.values).max(0.0);
    divisor_ = grown.matrix().replicate(1, d_);
    if (symmetric_) {
        prepare_symmetric();
    } else {
        prepare_untied();
    }
}

void LayerFlow::prepare_symmetric() {
    const ArrayXd s = (left_.array().square().colwise() * curvature_).colwise().sum().transpose();
    divisor_ += divisor_.transpose().eval();
    for (Index k = 0; k < d_; ++k) divisor_.col(k).array() += (s + s[k]).max(1e-300).inverse();
}

void LayerFlow::prepare_untied() {
    const ArrayXd inverse = curvature_.max(1e-300).inverse();
    MatrixXd bracket = step_ * prepared_.q.transpose() * prepared_.q;
    bracket.diagonal().array() += inverse;
    if (has_bias_) {
        const double left_over = terms_.h1 - step_ * terms_.e * terms_.e / (1.0 + step_ * terms_.mass);
        const VectorXd plain = inverse.matrix().cwiseProduct(mean_);
        const double share = 1.0 + left_over * mean_.dot(plain);
        bracket.noalias() -= (left_over / share) * plain * plain.transpose();
        inverse_mean_ = plain / share;
    }
    const auto right = numerics::symmetric_eigen(bracket);
    right_ = Map<const MatrixXd>(right.vectors.data(), d_, d_);
    divisor_.rowwise() += array_of(right.values).matrix().transpose();
}

void LayerFlow::precondition(std::span<const double> r, std::span<double> z) {
    if (dense_) {
        const VectorXd own = Map<const VectorXd>(r.data(), static_cast<Index>(r.size()));
        Map<VectorXd>(z.data(), own.size()) = decomposed_.solve(own);
        return;
    }
    to_.load(r);
    if (symmetric_) {
        precondition_symmetric();
    } else {
        precondition_untied();
    }
    to_.store(z);
}

void LayerFlow::precondition_symmetric() {
    product(to_.p, prepared_.p.transpose(), half_);
    moved_ = half_ + half_.transpose();
    product(left_.transpose(), moved_, half_);
    product(half_, left_, answer_);
    answer_ = answer_.cwiseQuotient(divisor_);
    product(left_, answer_, half_);
    product(half_, left_.transpose(), moved_);
    add_product(-step_, moved_, prepared_.p, to_.p);
    if (has_bias_) to_.b /= 1.0 + step_ * terms_.mass;
}

void LayerFlow::precondition_untied() {
    product(to_.p, prepared_.q, moved_);
    add_product(1.0, prepared_.p, to_.q, moved_);
    if (has_bias_) {
        g_b_ = moved_ * mean_;
        moved_.noalias() += (terms_.e / (1.0 + step_ * terms_.mass) * to_.b) * inverse_mean_.transpose();
    }
    product(left_.transpose(), moved_, half_);
    product(half_, right_, answer_);
    answer_ = answer_.cwiseQuotient(divisor_);
    product(left_, answer_, half_);
    product(half_, right_.transpose(), moved_);  // U
    add_product(-step_, moved_, prepared_.q.transpose(), to_.p);
    add_product(-step_, prepared_.p.transpose(), moved_, to_.q);
    if (!has_bias_) return;
    g_b_.noalias() -= step_ * (moved_ * (prepared_.q.transpose() * (prepared_.q * mean_)));
    g_b_.noalias() -= step_ * (prepared_.p * (prepared_.p.transpose() * (moved_ * mean_)));  // V μ
    to_.b = (to_.b - step_ * terms_.e * g_b_) / (1.0 + step_ * terms_.mass);
}

}  // namespace eigenflow::dynamics

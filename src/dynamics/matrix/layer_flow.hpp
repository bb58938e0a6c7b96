#pragma once

#include <Eigen/Core>
#include <Eigen/LU>
#include <memory>
#include <span>

#include "affine_terms.hpp"
#include "coupled_weights.hpp"

namespace eigenflow::dynamics {

/// The gradient flow of layers θ at one noise level in units of ητ (T-20), with G = W S + e b μᵀ − C the half gradient
/// in W, S = H + p μμᵀ, C = M + r μμᵀ:
///
///     two-layer, W = P Q:             dP/d(ητ) = −2ω G Qᵀ,  dQ/d(ητ) = −2ω Pᵀ G
///     symmetric-two-layer, W = P Pᵀ:  dP/d(ητ) = −2ω (G + Gᵀ) P
///     both:                           db/d(ητ) = −2ω (e W μ + q b − f μ)
///
/// θ holds P, then Q, then b, column-major. Not thread-safe: one object for one integration.
class LayerFlow {
public:
    LayerFlow(const MatrixProblem& problem, const AffineTerms& terms);

    std::size_t parameters() const;
    void initial(std::span<double> theta) const;
    void weights(std::span<const double> theta, Eigen::MatrixXd& w, Eigen::VectorXd& b) const;

    void slope(std::span<const double> theta, std::span<double> out);
    void jacobian_times(std::span<const double> theta, std::span<const double> v, std::span<double> out);

    /// (1 − γ J)⁻¹ with J's Gauss–Newton part, which holds all that is stiff: δθ moves W by V = δP Q + P δQ, and V
    /// answers with −2ω (U Qᵀ, Pᵀ U), U = V S + e δb μᵀ. With δb eliminated, U = V S' + …, where
    /// S' = S − 2ωγ e² μμᵀ/(1 + 2ωγ q), that is the Sylvester equation
    ///
    ///     2ωγ P Pᵀ U + U (S'⁻¹ + 2ωγ Qᵀ Q) = r_P Q + P r_Q + …
    ///
    /// which two symmetric eigenproblems of P Pᵀ and of the bracket diagonalise. For P Pᵀ the two sides of S do not
    /// commute with P Pᵀ; S is taken as diagonal in its eigenvectors, and without μ.
    void prepare(std::span<const double> theta, double gamma);
    void precondition(std::span<const double> r, std::span<double> z);

    /// True where the preconditioner alone solves Newton's equations: for few parameters it is the whole Jacobian's LU
    /// decomposition. With full inner width the Gauss–Newton part is inverted exactly and the rest dies away in
    /// training; a bottleneck's does not.
    bool preconditions_exactly() const { return dense_ || (!symmetric_ && h_ == d_); }

private:
    /// P, Q and b of a span of parameters, copied; Q is empty where there is none, and so is b. Products and sums of
    /// Eigen on the span itself would round by where it happens to lie in memory: aligned packets fuse what the ends
    /// do not.
    struct Layers {
        Eigen::MatrixXd p, q;
        Eigen::VectorXd b;
        void load(std::span<const double> theta);
        void store(std::span<double> theta) const;
    };

    Layers room() const;
    void multiply_s(const Eigen::MatrixXd& w, Eigen::MatrixXd& out) const;
    void multiply_layers(const Layers& at, Eigen::MatrixXd& w) const;
    void gradient_at(std::span<const double> theta);
    void prepare_dense(std::span<const double> theta, double gamma);
    void prepare_symmetric();
    void prepare_untied();
    void precondition_symmetric();
    void precondition_untied();

    bool symmetric_;
    bool has_bias_;
    bool dense_;
    Eigen::Index d_, h_;
    AffineTerms terms_;
    Eigen::ArrayXd curvature_, moment_;
    Eigen::VectorXd mean_, first_bias_;
    Eigen::MatrixXd first_p_, first_q_;
    // Room: this is called millions of times, on matrices so small that allocation would be most of the cost.
    Layers at_, by_, to_;
    Eigen::MatrixXd w_, g_, moved_, answer_, half_;
    Eigen::VectorXd g_b_;
    // of prepare()
    double step_ = 0.0;  // 2ωγ
    Layers prepared_;
    Eigen::MatrixXd left_, right_, divisor_;
    Eigen::VectorXd inverse_mean_;  // S'⁻¹ μ
    Eigen::PartialPivLU<Eigen::MatrixXd> decomposed_;
};

}  // namespace eigenflow::dynamics

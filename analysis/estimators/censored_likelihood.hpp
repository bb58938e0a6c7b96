#pragma once

#include <Eigen/Core>

#include "estimator.hpp"

namespace eigenflow::analysis {

/// A line ln τ* = level − exponent (ln λ − centre) with normal errors.
struct NormalLine {
    double centre = 0.0;
    double level = 0.0;
    double exponent = 0.0;
    double sigma = 1.0;  ///< of the errors; with measurement errors, in units of √(v_i + s²)
};

/// Likelihood of ln τ* with right-censored modes, in Olsen's coordinates θ = (δ, γ, η) (Econometrica 46, 1978), in
/// which its logarithm is concave, so that its maximum is unique:
///   z_i = [η y_i − δ + γ x_i]/d_i,  y the distance above a start line in units of its σ, x = (ln λ − centre)/spread
///   ln L = Σ_emerged [ln η − z²/2] + Σ_censored ln Q(z) − ½ m (η ε)²,   ε = rounding/σ
/// y_i of a censored mode is where it was last seen. d_i are the relative sizes of the errors, 1 where all are alike.
/// The last term is a rounding error of τ*: without it an exact law would have η = ∞.
class CensoredLikelihood {
public:
    using Vector = Eigen::Vector3d;
    using Matrix = Eigen::Matrix3d;

    /// @param start    sets the units; θ = (0, 0, 1) there
    /// @param scatter   s of d_i = √(v_i + s²); of no account without measurement errors
    /// @param rounding  of ln τ*, or of what stands in units of d_i
    CensoredLikelihood(const Points& points, const NormalLine& start, double scatter, double rounding = least_scale);

    /// The same of a resample, in the same units.
    /// @param counts  how often each mode was drawn: emerged, then censored ones
    CensoredLikelihood resampled(const Eigen::Ref<const Eigen::ArrayXd>& counts) const;

    /// ln L, its gradient and its Hessian, each unless null. η > 0. Cost: one normal tail a censored mode; emerged ones
    /// are a quadratic form in θ.
    double at(const Vector& theta, Vector* gradient, Matrix* hessian) const;
    NormalLine line(const Vector& theta) const;
    /// dα/dθ, for the standard error of α.
    Vector exponent_gradient(const Vector& theta) const;

private:
    /// z_i of modes in a row are columns · (δ, γ, η).
    using Columns = Eigen::Matrix<double, Eigen::Dynamic, 3>;

    void weigh(const Eigen::ArrayXd& emerged);

    Columns emerged_, censored_;
    Eigen::ArrayXd censored_count_;
    double emerged_count_ = 0.0;
    Matrix root_ = Matrix::Zero();  ///< upper triangle, Σ_emerged zᵢ² = |root θ|²
    NormalLine start_;
    double spread_ = 1.0;
    double rounding_ = 0.0;  ///< ε
};

struct LikelihoodMaximum {
    CensoredLikelihood::Vector theta{0.0, 0.0, 1.0};
    CensoredLikelihood::Matrix covariance;  ///< inverse of the observed information; 0 for η where that is kept
    bool converged = false;
};

/// Damped Newton from `theta`, until a step is below 1e-10 standard errors; or 100 steps.
/// @param keep_scale  maximise over δ, γ only
LikelihoodMaximum newton_maximum(const CensoredLikelihood& likelihood, CensoredLikelihood::Vector theta,
                                 bool keep_scale);

}  // namespace eigenflow::analysis

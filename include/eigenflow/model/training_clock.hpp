#pragma once

#include <cmath>
#include <limits>

namespace eigenflow::model {

/// How far training has come: the product ητ, the only way in which learning rate and time enter the gradient flow
/// (T-16), or whole steps of gradient descent  [1/data²].
class TrainingClock {
public:
    static TrainingClock flow(double eta_tau) { return {eta_tau, 0.0, 0.0}; }
    /// `steps` steps of size eta: ητ = eta · steps.
    static TrainingClock descent(double eta, double steps) { return {eta * steps, eta, steps}; }

    double eta_tau() const { return eta_tau_; }
    double eta() const { return eta_; }  ///< 0 for gradient flow
    double steps() const { return steps_; }

    /// ln of the factor by which a distance that shrinks at rate κ (du/d(ητ) = −κ u, κ ≥ 0) has shrunk: −κητ for
    /// gradient flow, n ln|1 − ηκ| for n steps of gradient descent (T-10).
    double log_relaxation(double kappa) const {
        if (eta_ == 0.0) return -kappa * eta_tau_;
        if (steps_ == 0.0) return 0.0;
        const double x = eta_ * kappa;
        return steps_ * (x < 1.0 ? std::log1p(-x) : std::log(x - 1.0));
    }
    /// −1 where the factor is negative: ηκ > 1 after an odd number of steps.
    double relaxation_sign(double kappa) const {
        return eta_ * kappa > 1.0 && std::fmod(steps_, 2.0) == 1.0 ? -1.0 : 1.0;
    }
    /// Gradient descent moves away from the optimum along a direction of rate κ: ηκ > 2 (T-10).
    bool unstable(double kappa) const { return steps_ > 0.0 && eta_ * kappa > 2.0; }

private:
    TrainingClock(double eta_tau, double eta, double steps) : eta_tau_(eta_tau), eta_(eta), steps_(steps) {}
    double eta_tau_;
    double eta_;
    double steps_;
};

}  // namespace eigenflow::model

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/model/objective.hpp"
#include "eigenflow/model/training_clock.hpp"

namespace eigenflow::model {

/// Modes first … first + count − 1, counted from 0.
struct ModeRange {
    std::size_t first = 0;
    std::size_t count = 0;
};

/// How steep the loss is in the layers, per unit of ητ: gradient descent of step η is stable iff η · largest() ≤ 2
/// (T-10).
struct Stiffness {
    double start = 0.0;  ///< at the initial weights
    double limit = 0.0;  ///< where gradient flow ends
    double largest() const { return start > limit ? start : limit; }
};

/// A linear denoiser whose training is a set of scalar gradient flows, one per mode and noise level:
///
///     dw/dτ = −2 η ω g(w) (h w − m),   w(0) = Q    (T-2)
///
/// bound to a spectrum and to initial weights. One architecture is one file in model/network and one registry line.
/// All spans have range.count entries. Thread-safe: const and without state.
class Network {
public:
    virtual ~Network() = default;
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    virtual std::string_view architecture() const = 0;

    /// Trained weights w(τ), in closed form: of the gradient flow, and where is_linear() of gradient descent too.
    /// Accuracy: see the architecture. NaN where gradient descent is unstable.
    virtual void weights(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes,
                         std::span<double> weight) const = 0;

    /// w(τ) − w*, which the probability flow integrates: w* + deviation would lose the digits of a deviation ≪ w*.
    virtual void deviations(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes,
                            std::span<double> deviation) const = 0;

    /// deviations() at several times, deviation[i * modes.count + k] at clocks[i], to the last bit: what all times of a
    /// noise level have in common may be computed once.
    virtual void deviation_curves(const NoiseTerms& at, std::span<const TrainingClock> clocks, ModeRange modes,
                                  std::span<double> deviation) const;

    /// w(∞) − w* (not zero where Q sits on another fixed point of the flow, such as Q = 0 of a tied network).
    virtual void limit_deviations(const NoiseTerms& at, ModeRange modes, std::span<double> deviation) const = 0;
    /// w(∞).
    void limit_weights(const NoiseTerms& at, ModeRange modes, std::span<double> weight) const;

    /// True where the gradient is linear in the parameters, so that gradient descent has the closed form T-10.
    virtual bool is_linear() const { return false; }

    /// g(w) of T-2 where every mode trains alone (trains_modes_alone()); with h and m it is all that the ODE route
    /// knows. It depends on the mode where a conserved quantity of the layers does (T-5).
    virtual double gain(std::size_t mode, double weight) const = 0;

    /// Largest eigenvalue κ ≥ 0 of the Hessian of ω (h w² − 2 m w) in the layers θ of one mode, where they make
    /// `weight`, along the directions in which descent can move them: layers that start equal stay equal. The
    /// linearised flow is dδθ/d(ητ) = −κ δθ; at w* κ = 2ω h g(w*), elsewhere the layers' own curvature counts too.
    virtual double sharpness(const NoiseTerms& at, std::size_t mode, double weight) const = 0;

    /// The largest sharpness of any mode, at the start and at the limit that gradient flow approaches (w*, or 0 for
    /// tied and balanced layers that can't cross it). On the way between the two no mode is steeper than at one of
    /// them, since w moves monotonously and the sharpness has no maximum in between. A mode that starts on a fixed
    /// point never moves, and does not count. Cost: O(modes).
    virtual Stiffness stiffness(const NoiseTerms& at) const;

    /// True where two modes have the same initial weight and layers, so that λ alone tells them apart. Means
    /// nothing where at_variances() is null.
    virtual bool starts_alike(std::size_t a, std::size_t b) const { return init_[a] == init_[b]; }

    /// The same network for modes of other variances, which all start as mode `like` does. Null where what a mode
    /// learns depends on more than its own λ and start (shared parameters), or is not known to be smooth in λ: then no
    /// mode is interpolated from others.
    virtual std::unique_ptr<const Network> at_variances(std::span<const double> lambda, std::size_t like) const;

    // Weights of many modes that are sums of a few transients:  w(τ) = w(∞) + Σ_i d_i(τ) r_ik  (convolutions).

    /// Number of transients; 0 where modes do not share any.
    virtual std::size_t transients() const { return 0; }
    /// r_ik at [i * modes() + k].
    virtual std::span<const double> responses() const { return {}; }
    /// d_i at [time * transients() + i]. NaN where gradient descent is unstable.
    virtual void transient_curves(const NoiseTerms&, std::span<const TrainingClock>, std::span<double>) const {}
    /// What they end at are optima at other variances:  w_k(∞) = Σ_i φ(μ_i) v_i r_ik,  φ = m/h,  Σ_i v_i r_ik = 1.
    /// μ_i and v_i at [i].
    virtual std::span<const double> transient_variances() const { return {}; }
    virtual std::span<const double> transient_shares() const { return {}; }

    // The layers themselves, for gradient descent by real steps and for architectures whose modes share parameters.

    /// False where modes are trained through shared parameters (convolutions with a kernel).
    virtual bool trains_modes_alone() const { return true; }
    /// True where modes of one frequency are mixed by weights that do not commute: the generated law is no product of
    /// modes, and weights() is a diagonal only (ChannelConvolution).
    virtual bool couples_modes() const { return false; }
    /// Number of scalars θ that determine a mode's weight.
    virtual std::size_t parameters() const = 0;
    virtual void initial_parameters(std::size_t mode, std::span<double> theta) const = 0;
    /// −∂/∂θ of ω (h w² − 2 m w) summed over the modes that θ serves: dθ/dτ = η · slope.
    virtual void descent(const NoiseTerms& at, std::size_t mode, std::span<const double> theta,
                         std::span<double> slope) const = 0;
    virtual double weight_of(std::size_t mode, std::span<const double> theta) const = 0;

    std::size_t modes() const { return lambda_.size(); }
    std::span<const double> lambda() const { return lambda_; }
    std::span<const double> initial_weights() const { return init_; }

protected:
    Network(std::span<const double> lambda, std::vector<double> init);

private:
    std::vector<double> lambda_;
    std::vector<double> init_;
};

/// What a scenario says of a network.
struct NetworkSpec {
    std::string architecture = "one-layer";
    std::vector<double> init = {0.1};  ///< Q: one number for all modes, or one per mode; patch-convolution: centre tap
    int depth = 3;                     ///< deep: number of layers L ≥ 1
    double imbalance = 0.0;            ///< two-layer: p² − q², conserved
    int kernel = 3;                    ///< patch-convolution: K taps a side, odd or the full width
    bool residual = false;             ///< adds 1 to every layer's initial weight
};

/// One line of the registry of architectures.
struct Architecture {
    std::string_view name;
    Result<std::unique_ptr<const Network>> (*create)(const NetworkSpec&, const data::Spectrum&,
                                                     std::vector<double> init);
};
std::span<const Architecture> architectures();

/// ErrorKind::usage with one sentence: unknown architecture, wrong length of init, initial weights it can't have.
Result<std::unique_ptr<const Network>> make_network(const NetworkSpec& spec, const data::Spectrum& spectrum);

}  // namespace eigenflow::model

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/model/objective.hpp"

namespace eigenflow::model {

/// ητ, the only way in which learning rate and training time enter the gradient flow (T-16)  [1/data²].
struct EtaTau {
    explicit constexpr EtaTau(double v) : value(v) {}
    double value;
};

/// Modes first … first + count − 1, counted from 0.
struct ModeRange {
    std::size_t first = 0;
    std::size_t count = 0;
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

    /// Trained weights w(τ), in closed form.  Accuracy: see the architecture.
    virtual void weights(const NoiseTerms& at, EtaTau eta_tau, ModeRange modes, std::span<double> weight) const = 0;

    /// w(τ) − w*, which the probability flow integrates: w* + deviation would lose the digits of a deviation ≪ w*.
    virtual void deviations(const NoiseTerms& at, EtaTau eta_tau, ModeRange modes,
                            std::span<double> deviation) const = 0;

    /// w(∞) − w* (not zero where Q sits on another fixed point of the flow, such as Q = 0 of a tied network).
    virtual void limit_deviations(const NoiseTerms& at, ModeRange modes, std::span<double> deviation) const = 0;

    /// g(w) of T-2, which together with h and m is all that the ODE route knows of an architecture.
    virtual double gain(double weight) const = 0;

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
    std::vector<double> init = {0.1};  ///< Q: one number for all modes, or one per mode
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

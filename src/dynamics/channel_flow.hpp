#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "eigenflow/dynamics/generated_variance.hpp"
#include "eigenflow/model/channel_convolution.hpp"

// Clock 2 for weights that mix channels: the probability flow of a frequency's C Fourier coefficients   (T-19)
//
//     dX/dx = dt/dx (r0 + r1 (c_skip + c_out c_in Ŵ_k)) X,   x = ln(s/a),   X = 1 at pure noise
//
// complex C × C matrices that do not commute with each other along x. The generated law of the coefficients is complex
// normal with covariance X Xᴴ (initial variance), over a² where it ends; in the eigenvectors of Σ_k, its diagonal are
// the λ̃ of the modes.

namespace eigenflow::dynamics {

/// Direction weights w_i(τ) of a problem's network at a noise level, whatever rule and coupling. τ = ∞ is the limit.
class DirectionCourse {
public:
    static Result<DirectionCourse> create(const LearningProblem& problem);
    const model::ChannelConvolution& network() const { return *network_; }
    const LearningProblem& problem() const { return problem_; }
    void weights(const model::NoiseTerms& at, double tau, std::span<double> weight) const;
    /// w_i(τ) − reference, to ε of the larger of the two and Q.
    void deviations(const model::NoiseTerms& at, double tau, double reference, std::span<double> deviation) const;

private:
    explicit DirectionCourse(const LearningProblem& problem) : problem_(problem) {}
    LearningProblem problem_;
    const model::ChannelConvolution* network_ = nullptr;
    std::optional<model::NoiseTerms> average_;  // of shared coupling
};

/// Generated covariances of half frequencies at several times, in the eigenvectors of the data's blocks.
struct ChannelLaws {
    std::size_t channels = 0;
    std::size_t halves = 0;
    std::vector<double> covariance = {};  ///< [time][half]: C × C real parts, row-major, then imaginary parts  [data²]
    std::vector<double> error = {};  ///< [time][half][component]: estimates of |error of ln λ̃|; empty if there are none
    std::vector<RouteFailure> failures = {};  ///< mode: the half's first component
    RouteCounts counts = {};

    std::span<const double> block(std::size_t time, std::size_t half) const {
        const std::size_t size = 2 * channels * channels;
        return std::span(covariance).subspan((time * halves + half) * size, size);
    }
};

/// A way to draw samples. Const and thread-safe; for halves of any order, and times that are ∞ or ≥ 0.
class ChannelSampler {
public:
    virtual ~ChannelSampler() = default;
    ChannelSampler() = default;
    ChannelSampler(const ChannelSampler&) = delete;
    ChannelSampler& operator=(const ChannelSampler&) = delete;
    virtual std::string_view name() const = 0;
    virtual ChannelLaws laws(std::span<const std::size_t> halves, std::span<const double> tau) const = 0;
};

/// Exact sampling: sixth-order Magnus steps from exact moments of A, on panels of at most 0.67 in x. A panel is stepped
/// with 1, 2, 4 … 16 steps and extrapolated until the last correction is below its share of 1e-13, and then bisected;
/// and bisected where 16 nodes do not resolve the weights. The flow of the mean variance's optimum, a multiple of 1, is
/// taken out in closed form: what is left is bounded where r0 and r1 are not.
std::unique_ptr<const ChannelSampler> make_magnus_sampler(DirectionCourse course, std::size_t max_panels);
/// The same by Boost.Odeint, tolerance 1e-11.
std::unique_ptr<const ChannelSampler> make_channel_ode(DirectionCourse course);
/// Euler, Heun, DDIM (T-17).
std::unique_ptr<const ChannelSampler> make_channel_steps(DirectionCourse course, const SamplingSpec& spec);

/// The sampler that a specification names.
Result<std::unique_ptr<const ChannelSampler>> make_channel_sampler(const LearningProblem& problem,
                                                                   const SamplingSpec& spec);

}  // namespace eigenflow::dynamics

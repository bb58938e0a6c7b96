#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "eigenflow/data/patch_covariance.hpp"
#include "eigenflow/model/network.hpp"

namespace eigenflow::model {

/// A circular filter of K (or K × K) taps o_j between images of C channels, w ∈ ℝ^(taps C × C)   (T-8 with channels).
/// With Σ_p the covariance of the patches, taps C × taps C, H = h0 + h1 Σ_p, M = (m0 + m1 Σ_p) E0, E0 the centre tap of
/// every channel,
///
///     w(τ) = w* + exp(−2Nηωτ H) (w(0) − w*),   w* = H⁻¹ M,   w(0) = Q E0,   Ŵ_k = Σ_j w_jᵀ e^(−i k·o_j) ∈ ℂ^(C × C)
///
/// N the number of pixels: weights are shared over places, not over channels, so C does not change the rate.
///
/// An eigenvector v_i of Σ_p of variance μ_i learns like one layer's mode with λ = μ_i at rate 2Nηω h(μ_i), all C of
/// its outputs alike: w(τ) = Σ_i w_i(τ) v_i (v_iᵀ E0), with scalars w_i, and Ŵ_k = Σ_i w_i(τ) B_ik, B_ik = (E0ᵀ
/// v_i)(v_iᵀ Z_k). Ŵ_k is neither Hermitian nor diagonal in the eigenvectors u of Σ_k, and does not commute with itself
/// at another noise level: a window is not a function of the block. Nothing of it may be dropped but an imaginary
/// multiple of 1, which turns phases; its anti-Hermitian part mixes channels. The scalar weights of this interface are
/// Re uᴴ Ŵ_k u.
///
/// Accuracy and cost: as PatchConvolution, with taps · C directions and C² numbers a frequency for each.
class ChannelConvolution final : public Network {
public:
    /// @param centre  Q of every channel's centre tap
    /// ErrorKind::usage for principal components, a window that does not fit, more than 4096 directions, a centre that
    /// is not finite, responses above 1 GiB; ErrorKind::numerics where Σ_p overflows.
    static Result<std::unique_ptr<const ChannelConvolution>> create(const data::Spectrum& spectrum, int kernel,
                                                                    double centre);

    std::string_view architecture() const override { return "patch-convolution"; }
    bool is_linear() const override { return true; }
    bool trains_modes_alone() const override { return false; }
    bool couples_modes() const override { return true; }
    double gain(std::size_t, double) const override { return places_; }
    double sharpness(const NoiseTerms& at, std::size_t, double) const override { return rate(at, stiffest_); }
    Stiffness stiffness(const NoiseTerms& at) const override { return {rate(at, stiffest_), rate(at, stiffest_)}; }

    void weights(const NoiseTerms& at, const TrainingClock& clock, ModeRange range,
                 std::span<double> weight) const override;
    void deviations(const NoiseTerms& at, const TrainingClock& clock, ModeRange range,
                    std::span<double> deviation) const override;
    void limit_deviations(const NoiseTerms& at, ModeRange range, std::span<double> deviation) const override;

    // θ is the filter, row-major taps C × C, the same for every mode.
    std::size_t parameters() const override { return directions() * channels(); }
    void initial_parameters(std::size_t mode, std::span<double> theta) const override;
    void descent(const NoiseTerms& at, std::size_t mode, std::span<const double> theta,
                 std::span<double> slope) const override;
    double weight_of(std::size_t mode, std::span<const double> theta) const override;

    // The blocks. Of a pair k, −k one stands for both: half frequencies, counted from 0.

    std::size_t channels() const { return channels_; }
    std::size_t directions() const { return variance_.size(); }
    std::size_t half_frequencies() const { return first_mode_.size(); }
    double places() const { return places_; }                  ///< N
    double pixel_variance() const { return pixel_variance_; }  ///< mean of the λ

    /// w_i(τ) of every direction, trained at `at`; NaN where gradient descent is unstable. And w_i(∞).
    void direction_weights(const NoiseTerms& at, const TrainingClock& clock, std::span<double> weight) const;
    /// w_i(τ) − reference = w*_i − reference + (Q − w*_i) e_i, without the digits of w_i ≪ w*_i, in half the time.
    void direction_deviations(const NoiseTerms& at, const TrainingClock& clock, double reference,
                              std::span<double> deviation) const;
    void direction_limits(const NoiseTerms& at, std::span<double> weight) const;
    std::span<const double> direction_variances() const { return variance_; }  ///< μ_i
    std::span<const double> centre_shares() const { return centre_share_; }    ///< |v_iᵀ E0|²

    /// Uᴴ B_ik U of a half frequency, U the eigenvectors of its block: direction, then real and imaginary parts of C ×
    /// C entries, row-major.
    std::span<const double> block_response(std::size_t half) const {
        const std::size_t size = directions() * 2 * channels_ * channels_;
        return std::span(response_).subspan(half * size, size);
    }
    std::size_t half_of(std::size_t mode) const { return half_[mode]; }
    std::size_t component_of(std::size_t mode) const { return component_[mode]; }  ///< from 0, falling variance
    /// The mode of a component of a half frequency, and how many modes have its variance: 2, or 1 where k = −k.
    std::size_t mode_of(std::size_t half, std::size_t component) const { return first_mode_[half][component]; }
    double multiplicity(std::size_t half) const { return multiplicity_[half]; }

private:
    ChannelConvolution(const data::Spectrum& spectrum, std::vector<data::Offset> window, double centre,
                       std::vector<double> covariance);
    void number_modes(const data::Spectrum& spectrum);
    void respond(const data::Spectrum& spectrum, std::span<const double> eigenvectors);
    double rate(const NoiseTerms& at, std::size_t direction) const;
    template <class Weigh>
    void superpose(const Weigh& weigh, ModeRange range, std::span<double> weight) const;

    std::size_t channels_;
    double places_;
    double start_;  // Q
    std::vector<data::Offset> window_;
    std::vector<double> covariance_;  // Σ_p
    std::size_t centre_;              // the tap at offset 0
    double pixel_variance_ = 0.0;
    std::vector<double> variance_;
    std::vector<double> centre_share_;
    std::size_t stiffest_ = 0;
    std::vector<double> response_;
    std::vector<std::size_t> half_, component_;  // of a mode
    std::vector<std::vector<std::size_t>> first_mode_;
    std::vector<double> multiplicity_;
    std::vector<std::vector<std::complex<double>>> wave_;   // [half][tap]: e^(−i k·o)
    std::vector<std::vector<std::complex<double>>> basis_;  // [half]: U, C × C row-major, eigenvectors in columns
};

}  // namespace eigenflow::model

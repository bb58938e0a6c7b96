#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "eigenflow/data/patch_covariance.hpp"
#include "eigenflow/model/network.hpp"

namespace eigenflow::model {

/// A circular filter of K (or K × K) taps o_j, trained on every place of the grid at once   (T-8, arXiv 2503.03206).
/// With the curvature H = h0 + h1 Σ_p and the cross moment M = (m0 + m1 Σ_p) e0, e0 the centre tap,
///
///     w(τ) = w* + exp(−2Nηωτ H) (w(0) − w*),   w* = H⁻¹ M,   ŵ_k = Σ_j w_j cos(2π k·o_j/n)
///
/// N the number of modes. Every eigenvector of Σ_p, of variance μ, learns like a mode of one layer with λ = μ and rate
/// 2Nηω(h0 + h1 μ), so gradient descent has its closed form too. The data have a say through Σ_p only, and ŵ_k* is not
/// the mode's own optimum m/h unless the filter is as wide as the grid: limit_deviations() is the difference.
///
/// The imaginary part of ŵ_k, which only turns phases, comes from the part of w that is odd under o → −o. Σ_p does not
/// mix even and odd, so mode weights follow the ⌈K/2⌉ even directions alone.
/// Accuracy: 1e-12 of the largest of |w(0)|, |w*| up to a condition number of 1e4 of H (test "T-8 taps"), growing with
/// it beyond: a small μ is known to ε of the largest.
/// Cost: ⌈K/2⌉ exponentials a call and as many multiply-adds a mode; at construction K³ (taps) for the eigenvectors.
class PatchConvolution final : public Network {
public:
    /// @param filter  w(0), one number per tap in the order of data::filter_window
    /// ErrorKind::usage for principal components, a window that does not fit, another number of taps, taps that are not
    /// finite, and taps × modes > 2^27; ErrorKind::numerics where Σ_p overflows.
    static Result<std::unique_ptr<const PatchConvolution>> create(const data::Spectrum& spectrum, int kernel,
                                                                  std::vector<double> filter);

    std::string_view architecture() const override { return "patch-convolution"; }
    bool is_linear() const override { return true; }
    bool trains_modes_alone() const override { return false; }
    double gain(std::size_t, double) const override {
        return static_cast<double>(modes());
    }  ///< N; modes do not train by T-2

    double sharpness(const NoiseTerms& at, std::size_t, double) const override { return rate(at, stiffest_); }
    Stiffness stiffness(const NoiseTerms& at) const override { return {rate(at, stiffest_), rate(at, stiffest_)}; }

    void weights(const NoiseTerms& at, const TrainingClock& clock, ModeRange range,
                 std::span<double> weight) const override;
    void deviations(const NoiseTerms& at, const TrainingClock& clock, ModeRange range,
                    std::span<double> deviation) const override;
    void limit_deviations(const NoiseTerms& at, ModeRange range, std::span<double> deviation) const override;

    std::size_t transients() const override { return directions_.even; }
    std::span<const double> responses() const override { return directions_.response; }
    void transient_curves(const NoiseTerms& at, std::span<const TrainingClock> clocks,
                          std::span<double> transient) const override;
    std::span<const double> transient_variances() const override { return even(directions_.variance); }
    std::span<const double> transient_shares() const override { return even(directions_.centre); }

    /// The filter w(τ) itself. NaN where gradient descent is unstable along any direction, odd ones included.
    void filter(const NoiseTerms& at, const TrainingClock& clock, std::span<double> tap) const;
    std::span<const data::Offset> window() const { return window_; }

    // θ is the filter, the same for every mode.
    std::size_t parameters() const override { return window_.size(); }
    void initial_parameters(std::size_t mode, std::span<double> theta) const override;
    void descent(const NoiseTerms& at, std::size_t mode, std::span<const double> theta,
                 std::span<double> slope) const override;
    double weight_of(std::size_t mode, std::span<const double> theta) const override;

private:
    /// Eigenvectors of Σ_p in rows, even ones first, and what follows from them.
    struct Directions {
        std::size_t even = 0;
        std::vector<double> variance;  ///< μ
        std::vector<double> tap;       ///< [direction][tap]
        std::vector<double> response;  ///< [even direction][mode], its Fourier weight
        std::vector<double> start;     ///< component of w(0)
        std::vector<double> centre;    ///< component of e0
    };
    static Directions diagonalise(const data::Spectrum& spectrum, std::span<const data::Offset> window,
                                  std::span<const double> covariance, std::span<const double> filter);

    PatchConvolution(const data::Spectrum& spectrum, std::vector<double> init, std::vector<data::Offset> window,
                     std::vector<double> filter, std::vector<double> covariance);

    std::span<const double> even(std::span<const double> of_directions) const {
        return of_directions.first(directions_.even);
    }
    double rate(const NoiseTerms& at, std::size_t direction) const;
    std::size_t clocks_in_motion(const NoiseTerms& at, std::span<const TrainingClock> clocks) const;
    double trained(const NoiseTerms& at, const TrainingClock& clock, std::size_t direction) const;
    void relaxations(const NoiseTerms& at, const TrainingClock& clock, std::size_t first,
                     std::span<double> factor) const;
    void subtract_optima(const NoiseTerms& at, ModeRange range, std::span<double> deviation) const;

    std::vector<data::Offset> window_;
    std::vector<data::Frequency> frequencies_;
    data::GridCosine cosine_;
    std::vector<double> filter_;      // w(0)
    std::vector<double> covariance_;  // Σ_p
    std::size_t centre_;              // the tap at offset 0
    double pixel_variance_;           // Σ_p[0, 0], the mean of λ
    Directions directions_;
    std::size_t stiffest_;  // the direction of largest μ
};

}  // namespace eigenflow::model

#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "eigenflow/core/result.hpp"

namespace eigenflow::data {

/// Signed integer frequency of a Fourier mode; y is 0 for one-dimensional data.
struct Frequency {
    int y = 0;
    int x = 0;
    bool operator==(const Frequency&) const = default;
};

/// One eigenpair of a Fourier mode's C × C block of channel covariances (ChannelSpectrum).
struct ChannelMode {
    double variance = 0.0;
    Frequency frequency;
    int component = 1;                            ///< 1 … C by falling variance within the block
    std::vector<std::complex<double>> direction;  ///< the unit vector u ∈ ℂ^C; that of −k is its conjugate
};

/// The variances λ_k of a data distribution along its modes: finite, ≥ 0, sorted from largest to smallest  [data²].
/// Mode numbers, as people see them, count from 1 in this order.
class Spectrum {
public:
    /// Principal components. Sorts; refuses an empty list, NaN, infinity and negative variances, naming the entry
    /// (counted from 1) in ErrorKind::usage. −0 becomes 0.
    static Result<Spectrum> principal(std::vector<double> variances);

    /// The same with the mean of the data along every component, in the order of `variances` and sorted with them
    /// (equal variances keep their order). Also refuses another number of means, NaN and infinity.
    static Result<Spectrum> principal(std::vector<double> variances, const std::vector<double>& mean);

    /// Fourier modes, one frequency per variance. Ties are ordered by |k|², then y, then x, so the order is unique.
    /// `shape` is {N} or {height, width}, and its product is the number of modes, at most 2^28. Refuses what
    /// `principal` refuses, another shape, and frequencies that are not the grid's, each exactly once
    /// (ErrorKind::usage).
    static Result<Spectrum> fourier(std::vector<double> variances, std::vector<Frequency> frequencies,
                                    std::vector<int> shape);

    /// Eigenpairs of channel blocks, C for every frequency of the grid, as ChannelSpectrum::modes() makes them. Ties
    /// are ordered as above, then by component.
    static Spectrum of_channels(std::vector<ChannelMode> modes, std::span<const int> shape, int channels);

    std::span<const double> variances() const { return variances_; }
    std::size_t modes() const { return variances_.size(); }
    double largest() const { return variances_.front(); }
    double total() const;

    /// Mean of the data along every mode; empty where it is zero or not known  [data].
    std::span<const double> mean() const { return mean_; }

    bool is_fourier() const { return !frequencies_.empty(); }
    std::span<const Frequency> frequencies() const { return frequencies_; }  ///< empty unless Fourier
    std::span<const int> shape() const { return shape_; }                    ///< empty unless Fourier

    int channels() const { return channels_; }                                            ///< C; 1 unless of_channels
    std::size_t places() const { return modes() / static_cast<std::size_t>(channels_); }  ///< N of a Fourier grid
    std::span<const int> components() const { return components_; }                       ///< empty for one channel
    std::span<const std::complex<double>> direction(std::size_t mode) const {  ///< u of a mode; of_channels only
        const auto c = static_cast<std::size_t>(channels_);
        return std::span(directions_).subspan(mode * c, c);
    }

private:
    Spectrum() = default;
    std::vector<double> variances_;
    std::vector<double> mean_;
    std::vector<Frequency> frequencies_;
    std::vector<int> shape_;
    int channels_ = 1;
    std::vector<int> components_;
    std::vector<std::complex<double>> directions_;
};

/// λ_k = largest · k^(−exponent), k = 1 … modes ≤ 2^28. exponent ≥ 0, largest > 0, both finite; else ErrorKind::usage.
/// Accuracy ≤ 2 ulp (test "power law").
Result<Spectrum> power_law_spectrum(int modes, double exponent, double largest);

/// exp(log_std · z_k), z_k standard normal from RandomStream(seed), scaled to the mean `mean_variance`, sorted.
/// modes 1 … 2^28, log_std ≥ 0, mean_variance > 0, both finite; else ErrorKind::usage.
Result<Spectrum> log_normal_spectrum(int modes, double log_std, double mean_variance, std::uint64_t seed);

/// Fourier modes of a 1-D {N} or 2-D {height, width} grid: λ_k = largest · max(|k|, 1)^(−exponent), |k| the Euclidean
/// norm of the integer frequency, each component in (−n/2, n/2]. exponent ≥ 0, largest > 0; else ErrorKind::usage.
Result<Spectrum> power_law_fourier_spectrum(std::vector<int> shape, double exponent, double largest);

/// Frequencies of a DFT grid in row-major order, each component mapped to (−n/2, n/2]. Empty for no grid.
std::vector<Frequency> grid_frequencies(std::span<const int> shape);

}  // namespace eigenflow::data

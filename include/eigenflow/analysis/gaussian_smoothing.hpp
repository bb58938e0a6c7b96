#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace eigenflow::analysis {

/// Half of a normalised Gaussian kernel over the sample index, weight w_o at offset o = 0 … ⌊4σ + ½⌋:
/// w_o ∝ e^(−o²/(2σ²)), w_0 + 2 Σ_{o>0} w_o = 1.
/// @param sigma  in samples, ≥ 0; {1} for 0
std::vector<double> gaussian_kernel(double sigma);

/// The sample that stands at an index outside of 0 … size − 1 when the series is reflected about its edges, the edge
/// samples repeated: … 1 0 | 0 1 2 … size−1 | size−1 size−2 …
/// @param size  ≥ 1
std::size_t reflected(std::ptrdiff_t index, std::size_t size);

/// Gaussian smoothing over the sample index, whatever the spacing of the samples: scipy.ndimage.gaussian_filter1d with
/// its defaults (reflected edges, truncated at 4σ), to 2 (kernel length + 2) ε relative for positive values.
/// @param sigma  in samples, ≥ 0; 0 returns the values as they are
/// Cost: size · (8σ + 1) multiplications.
std::vector<double> gaussian_smoothed(std::span<const double> values, double sigma);

}  // namespace eigenflow::analysis

#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace eigenflow::numerics {

/// Power of the unitary discrete Fourier transform of real data on a grid {N} or {h, w}:
///
///     P_k = |Σ_j x_j e^(−2πi (k_y j_y / h + k_x j_x / w))|² / (h w),     Σ_k P_k = Σ_j x_j²  (Parseval)
///
/// All N = h w frequencies in row-major DFT order; P_k and P_(−k) are the same bytes.
/// Accuracy: |√P_k − √P_k exact| ≤ (1 + log2 N) eps ‖x‖ for smooth sizes (test "DFT power").
/// Cost: O(N log N) for sizes with small factors, O(N p) for a prime factor p.
///
/// Eigen's FFT (kissfft, MPL2) over FFTW: FFTW is GPL, and image sides are small and smooth.
/// A plan keeps scratch memory: one per thread.
class DftPower {
public:
    /// @param shape  {N} or {h, w}, every entry ≥ 1
    explicit DftPower(std::vector<int> shape);
    DftPower(DftPower&&) noexcept;
    DftPower& operator=(DftPower&&) noexcept;
    ~DftPower();

    std::size_t size() const;
    std::size_t half_size() const;  ///< h (w/2 + 1)
    /// @param values, power  size() entries each
    void operator()(std::span<const double> values, std::span<double> power);
    /// The unitary coefficients themselves, of the half plane k_x = 0 … w/2: half_size() entries, row-major, as
    /// numpy.fft.rfft2(values, norm="ortho").
    void coefficients(std::span<const double> values, std::span<std::complex<double>> half);

private:
    struct Plan;
    std::unique_ptr<Plan> plan_;
};

}  // namespace eigenflow::numerics

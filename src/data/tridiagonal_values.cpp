#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "band_reduction.hpp"
#include "eigenflow/numerics/parallel.hpp"
// Last: complex.h defines a macro I that breaks other headers.
#include <lapacke.h>
#undef I

namespace eigenflow::data {
namespace {

constexpr int lanes = 32;  // four vectors of AVX-512: what one waits for, three others do
using Lanes = std::array<double, lanes>;
using Counts = std::array<std::uint64_t, lanes>;

/// Eigenvalues by bisection of [−1, 1], for T scaled to lie in there: the determinants of the leading blocks of T − x,
///     p_i = (a_i − x) p_{i−1} − b_{i−1}² p_{i−2},
/// change their sign once for every eigenvalue below x (Givens 1954). Computed signs are those of a T with entries off
/// by a few eps of theirs and of x, so that a value is within a few eps ‖T‖, whatever d.
class Bisection {
public:
    Bisection(const Tridiagonal& t, Threads threads) : diagonal_(t.diagonal), squares_(t.diagonal.size(), 0.0) {
        constexpr double negligible = 1e-60;  // of (b/‖T‖)²; at 0 both last determinants could become 0
        double bound = 0.0;                   // Gershgorin's
        for (std::size_t i = 0; i < diagonal_.size(); ++i) {
            const double before = i > 0 ? std::abs(t.beside[i - 1]) : 0.0;
            bound = std::max(bound, before + std::abs(diagonal_[i]) + std::abs(t.beside[i]));
        }
        exponent_ = std::ilogb(bound) + 1;
        const double scale = std::ldexp(1.0, -exponent_);
        for (std::size_t i = 0; i < diagonal_.size(); ++i) {
            diagonal_[i] *= scale;
            if (i > 0) squares_[i] = std::max(std::pow(t.beside[i - 1] * scale, 2), negligible);
        }
        numerics::parallel_for(grid / lanes, threads, [&](std::size_t task) {
            Lanes x;
            for (std::size_t l = 0; l < lanes; ++l) x[l] = on_grid(task * lanes + l);
            const Counts counts = below(x);
            std::copy(counts.begin(), counts.end(), below_grid_.begin() + static_cast<std::ptrdiff_t>(task * lanes));
        });
    }

    /// The eigenvalues first … first + lanes − 1, from 0 up; beyond the last its neighbours again.
    Lanes values(std::size_t first) const {
        constexpr int halvings = 45;  // of 2/512: to 2^-53
        Lanes low;
        Lanes high;
        for (std::size_t l = 0; l < lanes; ++l) {
            const auto after = std::upper_bound(below_grid_.begin(), below_grid_.end(), first + l);
            high[l] = on_grid(static_cast<std::size_t>(after - below_grid_.begin()));
            low[l] = high[l] - 2.0 / grid;
        }
        Lanes middle;
        for (int halving = 0; halving < halvings; ++halving) {
            for (std::size_t l = 0; l < lanes; ++l) middle[l] = 0.5 * (low[l] + high[l]);
            const Counts counts = below(middle);
            for (std::size_t l = 0; l < lanes; ++l) {
                (counts[l] > first + l ? high[l] : low[l]) = middle[l];
            }
        }
        for (std::size_t l = 0; l < lanes; ++l) middle[l] = std::ldexp(0.5 * (low[l] + high[l]), exponent_);
        return middle;
    }

private:
    static constexpr std::size_t grid = 512;

    static double on_grid(std::size_t i) { return -1.0 + 2.0 * static_cast<double>(i) / grid; }

    // Four steps shrink the larger of two determinants by 2^4 (1e-60)^4 at most, and grow it by 4^4.
    Counts below(const Lanes& x) const {
        constexpr std::size_t steps = 4;
        Counts changes{};
        Lanes last{};
        Lanes now;
        now.fill(1.0);
        for (std::size_t begin = 0; begin < diagonal_.size(); begin += steps) {
            const std::size_t end = std::min(diagonal_.size(), begin + steps);
            for (std::size_t i = begin; i < end; ++i) {
                const double a = diagonal_[i];
                const double square = squares_[i];
                for (std::size_t l = 0; l < lanes; ++l) {
                    const double next = (a - x[l]) * now[l] - square * last[l];
                    changes[l] += (bits(next) ^ bits(now[l])) >> 63U;
                    last[l] = now[l];
                    now[l] = next;
                }
            }
            for (std::size_t l = 0; l < lanes; ++l) {
                const double scale = inverse_power(std::max(std::abs(last[l]), std::abs(now[l])));
                last[l] *= scale;
                now[l] *= scale;
            }
        }
        return changes;
    }

    static std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }
    static double inverse_power(double x) {  // 2^-n, 2^n ≤ x < 2^(n + 1)
        return std::bit_cast<double>((std::uint64_t{2046} << 52U) - (bits(x) & (std::uint64_t{2047} << 52U)));
    }

    std::vector<double> diagonal_, squares_;
    int exponent_ = 0;
    std::array<std::uint64_t, grid> below_grid_{};
};

}  // namespace

std::vector<double> tridiagonal_values(const Tridiagonal& t, Threads threads) {
    const std::size_t d = t.diagonal.size();
#if defined(__AVX2__)
    constexpr std::size_t enough = 512;  // for less a thread isn't worth its start
#else
    constexpr std::size_t enough = 32768;  // vectors of two: four times slower than dsterf
#endif
    std::vector<double> values = t.diagonal;
    std::vector<double> beside = t.beside;
    // It may give up after 30 d steps, which bisection doesn't.
    if (d < enough && LAPACKE_dsterf(static_cast<lapack_int>(d), values.data(), beside.data()) == 0) return values;
    const Bisection bisection(t, threads);
    numerics::parallel_for((d + lanes - 1) / lanes, threads, [&](std::size_t task) {
        const Lanes some = bisection.values(task * lanes);
        std::copy_n(some.begin(), std::min<std::size_t>(lanes, d - task * lanes), &values[task * lanes]);
    });
    std::sort(values.begin(), values.end());  // neighbours may be within rounding of each other
    return values;
}

}  // namespace eigenflow::data

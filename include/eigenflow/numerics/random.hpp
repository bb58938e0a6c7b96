#pragma once

#include <cstddef>
#include <cstdint>

namespace eigenflow::numerics {

/// A seeded stream of random numbers, the same on every platform: PCG-XSH-RR 64/32 (O'Neill 2014), one increment per
/// stream, so that streams of one seed do not overlap. `std::normal_distribution` differs between libraries; ours is
/// the Box–Muller transform.
class RandomStream {
public:
    explicit RandomStream(std::uint64_t seed, std::uint64_t stream = 0);

    std::uint32_t bits();
    /// Uniform on the midpoints of 2^52 cells of (0, 1); never 0 or 1.
    double uniform();
    /// Standard normal.
    double normal();
    /// χ² of that many degrees of freedom, ≥ 1: twice a gamma variate by Marsaglia and Tsang's rejection (ACM TOMS 26,
    /// 2000), which draws 1.05 normals at most on average, whatever the degrees.
    double chi_square(std::size_t degrees);
    /// Uniform on {0, …, bound − 1}, unbiased (rejection). bound ≥ 1.
    std::uint32_t below(std::uint32_t bound);

private:
    std::uint64_t state_;
    std::uint64_t increment_;
    double spare_ = 0.0;
    bool has_spare_ = false;
};

}  // namespace eigenflow::numerics

#include "eigenflow/numerics/random.hpp"

#include <bit>
#include <cassert>
#include <cmath>
#include <numbers>

namespace eigenflow::numerics {

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t stream) : state_(0), increment_((stream << 1U) | 1U) {
    bits();
    state_ += seed;
    bits();
}

std::uint32_t RandomStream::bits() {
    const std::uint64_t old = state_;
    state_ = old * 6364136223846793005ULL + increment_;
    const auto xorshifted = static_cast<std::uint32_t>(((old >> 18U) ^ old) >> 27U);
    return std::rotr(xorshifted, static_cast<int>(old >> 59U));
}

double RandomStream::uniform() {
    const std::uint64_t high = bits() >> 6U;  // 26 bits
    const std::uint64_t low = bits() >> 6U;   // 26 bits
    return (static_cast<double>((high << 26U) | low) + 0.5) * 0x1p-52;
}

double RandomStream::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_;
    }
    const double radius = std::sqrt(-2.0 * std::log(uniform()));
    const double angle = 2.0 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
}

std::uint32_t RandomStream::below(std::uint32_t bound) {
    assert(bound >= 1);
    const std::uint32_t threshold = (0U - bound) % bound;
    for (;;) {
        const std::uint32_t draw = bits();
        if (draw >= threshold) return draw % bound;
    }
}

}  // namespace eigenflow::numerics

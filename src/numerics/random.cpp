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
    for (;;) {
        const std::uint32_t draw = bits();
        // 2^32 mod bound draws are too many; they are fewer than bound, so that the division is hardly ever needed.
        if (draw >= bound || draw >= (0U - bound) % bound) return draw % bound;
    }
}

double RandomStream::chi_square(std::size_t degrees) {
    assert(degrees >= 1);
    if (degrees == 1) {
        const double z = normal();
        return z * z;
    }
    const double d = 0.5 * static_cast<double>(degrees) - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
        const double z = normal();
        const double root = 1.0 + c * z;
        if (root <= 0.0) continue;
        const double v = root * root * root;
        if (std::log(uniform()) < 0.5 * z * z + d * (1.0 - v + std::log(v))) return 2.0 * d * v;
    }
}

}  // namespace eigenflow::numerics

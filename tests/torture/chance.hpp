#pragma once

#include <cmath>
#include <cstdint>

#include "eigenflow/numerics/random.hpp"

namespace eigenflow::torture {

/// Numbers drawn by chance: the same for a seed and a stream.
class Chance {
public:
    Chance(std::uint64_t seed, std::uint64_t number) : stream_(seed, number) {}
    double between(double low, double high) { return low + (high - low) * stream_.uniform(); }
    double log_between(double low, double high) { return low * std::pow(high / low, stream_.uniform()); }
    double normal() { return stream_.normal(); }
    bool one_in(std::uint32_t n) { return stream_.below(n) == 0; }
    std::uint32_t below(std::uint32_t n) { return stream_.below(n); }
    template <class Items>
    const auto& of(const Items& items) {
        return items[stream_.below(static_cast<std::uint32_t>(items.size()))];
    }
    double initial_weight() {
        switch (stream_.below(8)) {
            case 0:
                return 0.0;
            case 1:
                return 1.0;
            case 2:
                return 2.0;
            case 3:
            case 4:
                return log_between(1e-12, 1.0);
            default:
                return between(0.0, 2.0);
        }
    }

private:
    numerics::RandomStream stream_;
};

}  // namespace eigenflow::torture

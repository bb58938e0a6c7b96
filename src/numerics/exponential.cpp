#include "eigenflow/numerics/exponential.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "elementary.hpp"

namespace eigenflow::numerics {

void exponentials(std::span<double> x) {
    for (double& v : x) v = elementary::exponential(v);
}

void exponentials_to_denormal(std::span<double> x) {
    std::array<double, 64> exponent;
    for (std::size_t first = 0; first < x.size(); first += exponent.size()) {
        const std::span<double> part = x.subspan(first, std::min(exponent.size(), x.size() - first));
        std::copy(part.begin(), part.end(), exponent.begin());
        exponentials(part);
        std::uint64_t denormal = 0;  // counted, so that the loop is vectorised
        for (std::size_t i = 0; i < part.size(); ++i) denormal += exponent[i] < elementary::lowest ? 1 : 0;
        for (std::size_t i = 0; denormal > 0 && i < part.size(); ++i) {
            if (exponent[i] < elementary::lowest) part[i] = std::exp(exponent[i]);
        }
    }
}

void relaxations(std::span<double> x, std::span<double> done) {
    assert(x.size() == done.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        done[i] = elementary::complement(x[i]);
        x[i] = elementary::exponential(x[i]);
    }
}

void logarithms(std::span<double> x) {
    for (double& v : x) v = elementary::logarithm(v);
}

}  // namespace eigenflow::numerics

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "eigenflow/data/vectors.hpp"
#include "eigenflow/numerics/random.hpp"

namespace eigenflow::data {

/// n × d independent normal values, column j with the mean `mean` and the standard deviation scale · (j + 1)^(−1/2).
inline std::vector<double> random_vectors(std::size_t n, std::size_t d, std::uint64_t seed, double mean = 0.0,
                                          double scale = 1.0) {
    numerics::RandomStream random(seed);
    std::vector<double> x(n * d);
    for (std::size_t i = 0; i < n * d; ++i) {
        const double column = static_cast<double>(i % d + 1);
        x[i] = mean + scale / std::sqrt(column) * random.normal();
    }
    return x;
}

inline VectorSource source_of(std::vector<double> values, std::size_t dimension) {
    return std::move(vectors_in_memory(std::move(values), dimension)).value();
}

}  // namespace eigenflow::data

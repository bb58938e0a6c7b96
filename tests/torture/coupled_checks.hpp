#pragma once

#include <cstddef>
#include <cstdint>

#include "record.hpp"

namespace eigenflow::torture {

/// A scenario whose modes couple, simulated as the program would, against dense matrices in 64 bits: weights and biases
/// at three noise levels (T-18, T-20, T-10), and covariance and mean of what is generated (T-19), in units of the
/// promise, 1e-10 and of layers 1e-9. Of one in 15 the reference against itself, made more finely.
Record torture_coupled(std::uint64_t seed, std::uint64_t number);

/// Sample files of float32, float64 and uint8, measured as the program does, against sums in 64 bits (T-23).
Record torture_measured(std::uint64_t seed, std::uint64_t number);

}  // namespace eigenflow::torture

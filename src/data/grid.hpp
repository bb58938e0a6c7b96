#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "eigenflow/core/result.hpp"

namespace eigenflow::data {

/// More modes than 2^28 would take over 4 GB a spectrum: a slip of the pen.
inline constexpr std::size_t most_modes = std::size_t{1} << 28U;

/// "[4, 6]"
std::string grid_text(std::span<const int> shape);

/// The number of modes of a grid {N} or {height, width}; refuses another rank, sizes < 1 and more than most_modes.
Result<std::size_t> grid_size(std::span<const int> shape);

/// Refuses a shape whose product is not `modes`.
Result<void> check_grid(std::span<const int> shape, std::size_t modes);

}  // namespace eigenflow::data

#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/data/vectors.hpp"

namespace eigenflow::data {

/// Vectors in a block: 4 Mi entries (32 MiB), 1 … 4096 vectors. Depends on the dimension alone, as bytes depend on it.
std::size_t block_rows(std::size_t dimension);

/// Refuses n < 2, d = 0 and a missing `read`.
Result<void> check_source(const VectorSource& source);

using BlockVisitor = std::function<void(std::size_t first, std::size_t rows, std::span<double> block)>;

/// Reads the source once, block by block in order, and refuses a vector that is not finite. The block may be changed.
/// A block holds a multiple of `multiple_of` vectors (at least one), as far as there are any; threads share its
/// reading.
Result<void> for_each_block(const VectorSource& source, Threads threads, const BlockVisitor& visit,
                            std::size_t multiple_of = 1);

/// μ = x_0 + Σ_i (x_i − x_0)/n: differences from the first vector, so that a large mean costs no digits.
Result<std::vector<double>> measure_mean(const VectorSource& source, Threads threads);

/// Subtracts the mean from every row, in place.
void centre(std::span<double> block, std::span<const double> mean, Threads threads);

using StripeTask = std::function<void(std::size_t first, std::size_t last, std::span<double> partial)>;

/// sum += Σ_s partial_s: the rows of a block are cut into 16 stripes whatever the number of threads, each stripe adds
/// into zeros of its own, and these are added in order.
void add_stripes(std::size_t rows, Threads threads, const StripeTask& task, std::span<double> sum);

}  // namespace eigenflow::data

#include "vector_blocks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "eigenflow/core/finite.hpp"
#include "eigenflow/core/large_zeros.hpp"
#include "eigenflow/numerics/parallel.hpp"

namespace eigenflow::data {

namespace {

constexpr std::size_t stripes = 16;

Error not_finite(std::size_t first, std::size_t dimension, std::span<const double> block) {
    const auto bad = std::find_if(block.begin(), block.end(), [](double v) { return !std::isfinite(v); });
    const auto entry = static_cast<std::size_t>(bad - block.begin());
    return {ErrorKind::file, "vector " + std::to_string(first + entry / dimension + 1) + ", entry " +
                                 std::to_string(entry % dimension + 1) + " (both counted from 1) is " +
                                 std::to_string(*bad) + ": every entry must be finite; remove or repair that vector"};
}

// Threads share the vectors; of several errors the first counts.
Result<void> read_block(const VectorSource& source, std::size_t first, std::span<double> block, Threads threads) {
    const std::size_t d = source.dimension;
    const std::size_t rows = block.size() / d;
    constexpr std::size_t worthwhile = std::size_t{1} << 16U;  // entries: 0.1 ms
    const std::size_t parts = std::clamp<std::size_t>(block.size() / worthwhile, 1, std::min(stripes, rows));
    std::array<Result<void>, stripes> read;
    numerics::parallel_for(parts, threads, [&](std::size_t s) {
        const std::size_t begin = s * rows / parts, count = (s + 1) * rows / parts - begin;
        const std::span<double> part = block.subspan(begin * d, count * d);
        read[s] = source.read(first + begin, count, part);
        if (read[s] && !all_finite(part)) read[s] = not_finite(first + begin, d, part);
    });
    for (Result<void>& part : read) {
        if (!part) return std::move(part);
    }
    return {};
}

}  // namespace

std::size_t block_rows(std::size_t dimension) {
    return std::clamp<std::size_t>((std::size_t{1} << 22U) / dimension, 1, 4096);
}

Result<void> check_source(const VectorSource& source) {
    if (!source.read) return Error{ErrorKind::internal, "a vector source without a read function"};
    if (source.dimension == 0) return Error{ErrorKind::file, "the vectors have dimension 0; at least 1 is needed"};
    if (source.count < 2) {
        return Error{ErrorKind::file, "a variance needs at least 2 vectors, and there are " +
                                          std::to_string(source.count) + "; give more samples"};
    }
    return {};
}

Result<void> for_each_block(const VectorSource& source, Threads threads, const BlockVisitor& visit,
                            std::size_t multiple_of) {
    const std::size_t d = source.dimension;
    const std::size_t multiple = std::max<std::size_t>(block_rows(d) / multiple_of, 1) * multiple_of;
    const std::size_t full = std::min(multiple, source.count);
    std::vector<double> buffer = large_zeros(full * d);
    for (std::size_t first = 0; first < source.count; first += full) {
        const std::size_t rows = std::min(full, source.count - first);
        const std::span<double> block = std::span(buffer).first(rows * d);
        if (auto done = read_block(source, first, block, threads); !done) return done;
        visit(first, rows, block);
    }
    return {};
}

Result<std::vector<double>> measure_mean(const VectorSource& source, Threads threads) {
    const std::size_t d = source.dimension;
    std::vector<double> origin;
    std::vector<double> sum(d, 0.0);
    auto done = for_each_block(source, threads, [&](std::size_t, std::size_t rows, std::span<double> block) {
        if (origin.empty()) origin.assign(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(d));
        numerics::parallel_for(stripes, threads, [&](std::size_t s) {  // of columns: sums keep their order
            const std::size_t begin = s * d / stripes, end = (s + 1) * d / stripes;
            for (std::size_t i = 0; i < rows; ++i) {
                const double* x = &block[i * d];
                for (std::size_t j = begin; j < end; ++j) sum[j] += x[j] - origin[j];
            }
        });
    });
    if (!done) return done.error();
    for (std::size_t j = 0; j < d; ++j) sum[j] = origin[j] + sum[j] / static_cast<double>(source.count);
    if (!all_finite(sum)) return Error{ErrorKind::numerics, "the mean of the vectors overflows; scale the data down"};
    return sum;
}

void centre(std::span<double> block, std::span<const double> mean, Threads threads) {
    const std::size_t d = mean.size();
    const std::size_t rows = block.size() / d;
    numerics::parallel_for(stripes, threads, [&](std::size_t s) {
        for (std::size_t i = s * rows / stripes; i < (s + 1) * rows / stripes; ++i) {
            double* x = &block[i * d];
            for (std::size_t j = 0; j < d; ++j) x[j] -= mean[j];
        }
    });
}

void add_stripes(std::size_t rows, Threads threads, const StripeTask& task, std::span<double> sum) {
    const std::size_t d = sum.size();
    std::vector<double> partials(stripes * d, 0.0);
    numerics::parallel_for(stripes, threads, [&](std::size_t s) {
        const std::span<double> partial = std::span(partials).subspan(s * d, d);
        task(s * rows / stripes, (s + 1) * rows / stripes, partial);
    });
    for (std::size_t s = 0; s < stripes; ++s) {
        for (std::size_t j = 0; j < d; ++j) sum[j] += partials[s * d + j];
    }
}

}  // namespace eigenflow::data

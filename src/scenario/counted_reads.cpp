#include "eigenflow/scenario/counted_reads.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace eigenflow::scenario {

data::VectorSource counted(data::VectorSource source, std::function<void(std::size_t vectors)> advance) {
    source.read = [from = std::move(source.read), advance = std::move(advance)](std::size_t first, std::size_t count,
                                                                                std::span<double> out) -> Result<void> {
        auto done = from(first, count, out);
        advance(count);
        return done;
    };
    return source;
}

PlannedReads::PlannedReads(std::size_t vectors, std::function<void(std::size_t vectors)> advance)
    : left_(vectors), advance_(std::move(advance)) {}

void PlannedReads::operator()(std::size_t vectors) {
    std::size_t left = left_;
    while (!left_.compare_exchange_weak(left, left - std::min(vectors, left))) {
    }
    if (const std::size_t planned = std::min(vectors, left); planned > 0) advance_(planned);
}

}  // namespace eigenflow::scenario

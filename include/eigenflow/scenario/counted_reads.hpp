#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include "eigenflow/data/vectors.hpp"

namespace eigenflow::scenario {

/// The source, which calls `advance` after every read with the number of vectors, on the thread that reads.
data::VectorSource counted(data::VectorSource source, std::function<void(std::size_t vectors)> advance);

/// Progress through reads of which there may be more or fewer than were counted on (Lanczos iterations, a matrix too
/// large that is read for again), from any thread: `advance` hears of `vectors` in all.
class PlannedReads {
public:
    PlannedReads(std::size_t vectors, std::function<void(std::size_t vectors)> advance);

    void operator()(std::size_t vectors);
    /// All that were counted on.
    void finish() { (*this)(left_); }

private:
    std::atomic<std::size_t> left_;
    std::function<void(std::size_t)> advance_;
};

}  // namespace eigenflow::scenario

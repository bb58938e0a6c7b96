#pragma once

#include <cstddef>

namespace eigenflow::tests {

/// From here on: the most bytes that were held at a time, above those that were held by now.
void watch_memory();

/// Since watch_memory(). 0 in a build with sanitizers but without libFuzzer.
std::size_t most_memory_held();

}  // namespace eigenflow::tests

#pragma once

#include <cstddef>

namespace eigenflow::tests {

/// From here on: the most bytes that operator new has given out at a time, above those it had given out by now.
void watch_memory();

/// Since watch_memory(). 0 in a build with sanitizers, which have operators of their own.
std::size_t most_memory_held();

}  // namespace eigenflow::tests

#include "held_memory.hpp"

namespace eigenflow::tests {

void watch_memory() {}

std::size_t most_memory_held() { return 0; }

}  // namespace eigenflow::tests

// With AddressSanitizer: every malloc is seen, those of libraries too.
#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <cstdlib>

#include "held_memory.hpp"

namespace {

// A target's readers work in one thread.
std::ptrdiff_t held = 0;
std::ptrdiff_t most_held = 0;

void count(const volatile void*, std::size_t size) {
    held += static_cast<std::ptrdiff_t>(size);
    most_held = std::max(most_held, held);
}

void uncount(const volatile void* memory) {
    if (memory) held -= static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(memory));
}

const int installed = __sanitizer_install_malloc_and_free_hooks(count, uncount);

}  // namespace

namespace eigenflow::tests {

void watch_memory() {
    held = 0;
    most_held = 0;
}

std::size_t most_memory_held() {
    if (installed <= 0) std::abort();  // nothing would be seen
    return static_cast<std::size_t>(most_held);
}

}  // namespace eigenflow::tests

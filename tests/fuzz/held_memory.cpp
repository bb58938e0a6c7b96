#include "held_memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> held = 0;
std::atomic<std::size_t> most_held = 0;
std::size_t held_before = 0;

void* counted(std::size_t size, std::size_t alignment) noexcept {
    const std::size_t rounded = (std::max<std::size_t>(size, 1) + alignment - 1) / alignment * alignment;
    void* memory =
        alignment > alignof(std::max_align_t) ? std::aligned_alloc(alignment, rounded) : std::malloc(rounded);
    if (!memory) return nullptr;
    const std::size_t now = held += ::malloc_usable_size(memory);
    if (now > most_held) most_held = now;
    return memory;
}

void* counted_or_throw(std::size_t size, std::size_t alignment) {
    if (void* memory = counted(size, alignment)) return memory;
    throw std::bad_alloc();
}

void uncounted(void* memory) noexcept {
    if (memory) held -= ::malloc_usable_size(memory);
    std::free(memory);
}

}  // namespace

namespace eigenflow::tests {

void watch_memory() {
    held_before = held;
    most_held = held_before;
}

std::size_t most_memory_held() { return most_held - held_before; }

}  // namespace eigenflow::tests

// The operators for arrays call these.
void* operator new(std::size_t size) { return counted_or_throw(size, 1); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { uncounted(memory); }
void operator delete(void* memory, std::size_t) noexcept { uncounted(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { uncounted(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { uncounted(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { uncounted(memory); }
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept { uncounted(memory); }

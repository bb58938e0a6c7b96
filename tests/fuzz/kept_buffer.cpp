// For libFuzzer: operator new[] that has a block of 48 MB, which is what the CSV library asks for for each file, and
// hands it out again once it is given back. AddressSanitizer marks all of it at each malloc and free: 25 ms, where
// reading takes 0.1 ms. While it is kept, its first pages may not be touched, which is as much as inputs fill.
#include <sanitizer/asan_interface.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

constexpr std::size_t kept = std::size_t{48} << 20U;
constexpr std::size_t filled = std::size_t{1} << 16U;
constexpr std::size_t marked_new = 4096;  // AddressSanitizer's own malloc fills as much

// A target's readers work in one thread.
void* block = nullptr;
bool in_use = false;

void* array(std::size_t size) noexcept {
    if (size != kept || !block || in_use) return std::malloc(std::max<std::size_t>(size, 1));
    ASAN_UNPOISON_MEMORY_REGION(block, filled);
    std::memset(block, 0xbe, marked_new);
    in_use = true;
    return block;
}

[[maybe_unused]] const bool ready = [] {
    block = std::malloc(kept);
    ASAN_POISON_MEMORY_REGION(block, filled);
    return block != nullptr;
}();

}  // namespace

void* operator new[](std::size_t size) {
    if (void* memory = array(size)) return memory;
    throw std::bad_alloc();
}

void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return array(size); }

void operator delete[](void* memory) noexcept {
    if (!memory || memory != block) return std::free(memory);
    if (!in_use) std::abort();  // given back twice
    ASAN_POISON_MEMORY_REGION(memory, filled);
    in_use = false;
}

void operator delete[](void* memory, std::size_t) noexcept { operator delete[](memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { operator delete[](memory); }

#include "eigenflow/core/large_zeros.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <cstdint>

namespace eigenflow {
namespace {

constexpr std::size_t small_page = std::size_t{1} << 12U;  // [bytes]
constexpr std::size_t large_page = std::size_t{1} << 21U;

}  // namespace

void prefer_large_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#if defined(MADV_HUGEPAGE)
    if (bytes < large_page) return;
    constexpr int collapse = 25;  // MADV_COLLAPSE, from Linux 6.1 on
    const auto first = reinterpret_cast<std::uintptr_t>(memory) / small_page * small_page;
    const auto end = reinterpret_cast<std::uintptr_t>(memory) + bytes;
    const std::size_t whole = (end - first + small_page - 1) / small_page * small_page;
    // Refused advice changes nothing but the time.
    static_cast<void>(::madvise(reinterpret_cast<void*>(first), whole, MADV_HUGEPAGE));
    // malloc's own words have been written already, to a page of 4 kB.
    if (first % large_page == 0) static_cast<void>(::madvise(reinterpret_cast<void*>(first), large_page, collapse));
#endif
}

std::vector<double> large_zeros(std::size_t size) {
    std::vector<double> zeros;
    const std::size_t bytes = size * sizeof(double);
    if (bytes >= large_page) {
        // With what malloc adds a multiple of 2 MB: that Linux maps to a place where pages of 2 MB begin.
        const std::size_t pages = (bytes + small_page + large_page - 1) / large_page;
        zeros.reserve((pages * large_page - small_page) / sizeof(double));
        prefer_large_pages(zeros.data(), zeros.capacity() * sizeof(double));
    }
    zeros.resize(size);
    return zeros;
}

}  // namespace eigenflow

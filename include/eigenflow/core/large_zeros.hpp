#pragma once

#include <cstddef>
#include <vector>

namespace eigenflow {

/// Asks for pages of 2 MB for memory that nothing was written to yet; below 2 MB, and where the system knows no such
/// pages, it does nothing.
void prefer_large_pages(void* memory, std::size_t bytes);

/// `size` zeros. From 2 MB on the memory is asked for in pages of 2 MB, where the system has them on request (Linux,
/// transparent_hugepage "madvise" or "always"): a page of 4 kB costs more to touch for the first time than to fill.
std::vector<double> large_zeros(std::size_t size);

}  // namespace eigenflow

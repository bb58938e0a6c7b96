#pragma once

#include <cstddef>

namespace eigenflow::tests {

/// How often memory was asked for since the program began, by whatever way: operator new, malloc, Eigen.
std::size_t allocations();

template <class Work>
std::size_t allocations_of(const Work& work) {
    const std::size_t before = allocations();
    work();
    return allocations() - before;
}

}  // namespace eigenflow::tests

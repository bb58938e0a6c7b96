#pragma once

#include <doctest/doctest.h>

namespace eigenflow::tests {

/// Decorates a test whose bounds want the 64 bits of x86's long double. Valgrind computes long double with the 53 of a
/// double: there such a test runs, for its memory, and may miss its bounds. Everywhere else it must pass.
inline doctest::may_fail needs_64_bits() {
    volatile long double one = 1.0L;
    return doctest::may_fail(one + 0x1p-60L == one);
}

}  // namespace eigenflow::tests

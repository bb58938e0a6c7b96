#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// What libFuzzer calls, and mutate_corpus.cpp: one input, read by everything that reads such input. Returns 0; what
/// must not happen ends the process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace eigenflow::tests {

/// A property that every input has to keep.
inline void must(bool holds, const char* property) {
    if (holds) return;
    std::fprintf(stderr, "violated: %s\n", property);
    std::abort();
}

}  // namespace eigenflow::tests

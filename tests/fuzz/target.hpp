#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace eigenflow::tests {

/// What each target defines: one input, read by everything that reads such input. What must not happen ends the
/// process. Called by libfuzzer.cpp or mutate_corpus.cpp.
void read_input(const std::uint8_t* data, std::size_t size);

/// What each target defines, too: the bytes that its readers may hold for each of the input, and those that they may
/// hold however small it is. Of text 64 a byte: a value is two characters at least,
/// and a number, a name or a node of a tree at most 128 bytes.
extern const std::size_t memory_per_byte;
extern const std::size_t constant_memory;

/// Whether it reads CSV files, for each of which the library has a buffer of 48 MB.
extern const bool reads_csv;

/// A property that every input has to keep.
inline void must(bool holds, const char* property) {
    if (holds) return;
    std::fprintf(stderr, "violated: %s\n", property);
    std::abort();
}

}  // namespace eigenflow::tests

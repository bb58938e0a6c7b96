// What libFuzzer calls. It sees no allocation that is large for a small input and small for the machine: held_memory()
// does, since the longest inputs of a run are a few KB.
#include "held_memory.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace eigenflow::tests;
    watch_memory();
    read_input(data, size);
    must(most_memory_held() <= memory_per_byte * size + constant_memory,
         "memory is a multiple of the input's size and a constant");
    return 0;
}

// Not a reader: it does what the others must not, so that a test sees each found. The input says which.
#include <string>
#include <vector>

#include "target.hpp"

const std::size_t eigenflow::tests::memory_per_byte = 64;
const std::size_t eigenflow::tests::constant_memory = std::size_t{1} << 18U;
const bool eigenflow::tests::reads_csv = false;

void eigenflow::tests::read_input(const std::uint8_t* data, std::size_t size) {
    const std::string word(reinterpret_cast<const char*>(data), size);
    const std::vector<char> block(word == "held" ? std::size_t{1} << 20U : 16U, 'x');
    volatile std::size_t one = 1;
    volatile int largest = 2147483647;
    if (word == "overflow") one = static_cast<unsigned char>(block.data()[block.size() + one]);
    if (word == "undefined") largest = largest + 1;
    volatile double large = 1e300;
    if (word == "conversion") largest = static_cast<int>(large);
    while (word == "hang") one = one + 1;
    if (word == "leak") one = reinterpret_cast<std::size_t>(new int[100]) == 0 ? 1 : 0;
    must(word != "violated", "what a target promises");
}

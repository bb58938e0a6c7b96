// The names of checkpoints, one a line, and the same bytes as a steps.csv of two files.
#include <cstdint>
#include <string>
#include <string_view>

#include "eigenflow/scenario/checkpoint_files.hpp"
#include "memory_file.hpp"
#include "target.hpp"

using namespace eigenflow;
using eigenflow::tests::must;

const std::size_t eigenflow::tests::memory_per_byte = 64;
const std::size_t eigenflow::tests::constant_memory = std::size_t{1} << 18U;
const bool eigenflow::tests::reads_csv = true;

void eigenflow::tests::read_input(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    while (!rest.empty()) {
        const std::size_t line = rest.find('\n');
        const std::string name(rest.substr(0, line));
        if (const auto step = scenario::step_in_name(name)) {
            must(*step <= std::uint64_t{1} << 53U, "a step is exact as a double");
            must(name.find(std::to_string(*step)) != std::string::npos, "a step's digits are in the name");
        }
        rest = line == std::string_view::npos ? std::string_view() : rest.substr(line + 1);
    }
    static const tests::MemoryFile first({});  // /proc/self/fd/100
    static const tests::MemoryFile second({});
    const tests::MemoryFile steps({data, size});
    const auto found = scenario::find_checkpoints(
        {.patterns = {first.path().string(), second.path().string()}, .steps = steps.path(), .learning_rate = 1e-3});
    must(!found || found->checkpoints.size() == 2, "a step for every file, or an error");
}

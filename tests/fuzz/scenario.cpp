// A scenario file, and after a line "--" one override a line, which is a sweep's list of values, too.
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/scenario/emit.hpp"
#include "eigenflow/scenario/load.hpp"
#include "target.hpp"
#include "value_list.hpp"

using namespace eigenflow;
using eigenflow::tests::must;

const std::size_t eigenflow::tests::memory_per_byte = 64;
const std::size_t eigenflow::tests::constant_memory = std::size_t{1} << 20U;  // a deep network's curve has 345 KB
const bool eigenflow::tests::reads_csv = false;

void eigenflow::tests::read_input(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    constexpr std::string_view separator = "\n--\n";
    const std::size_t end = input.find(separator);
    const std::string_view text = input.substr(0, end);
    std::vector<std::string> overrides;
    if (end != std::string_view::npos) {
        std::string_view rest = input.substr(end + separator.size());
        while (!rest.empty() && overrides.size() < 8) {
            const std::size_t line = rest.find('\n');
            overrides.emplace_back(rest.substr(0, line));
            must(!scenario::split_values(overrides.back()).empty(), "a sweep's list has a value");
            rest = line == std::string_view::npos ? std::string_view() : rest.substr(line + 1);
        }
    }
    const auto scenario = scenario::parse_scenario(text, "fuzz.toml", overrides);
    if (!scenario) {
        must(!scenario.error().message.empty(), "an error says something");
        return;
    }
    // What a run writes down as its scenario is a scenario, and the same one.
    const std::string written = scenario::to_toml(*scenario);
    const auto again = scenario::parse_scenario(written, "fuzz.toml");
    must(bool(again), "a written scenario can be read");
    must(scenario::to_toml(*again) == written, "a written scenario is read as what it was");
}

// A manifest.json, as `compare`, `sweep --resume` and the tables of a sweep read it.
#include "manifest.hpp"

#include <string_view>

#include "target.hpp"

using namespace eigenflow;
using eigenflow::tests::must;

const std::size_t eigenflow::tests::memory_per_byte = 64;
const std::size_t eigenflow::tests::constant_memory = std::size_t{1} << 18U;
const bool eigenflow::tests::reads_csv = false;

void eigenflow::tests::read_input(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& [key, value] : scenario::emergence_settings_in(text)) {
        must(key.starts_with("emergence."), "a setting of [emergence]");
    }
    if (const auto summary = scenario::manifest_summary(text)) {
        must(summary->failures.size() <= size + 200, "a failure is told as the manifest does");
    }
}

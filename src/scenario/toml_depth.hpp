#pragma once

#include <optional>
#include <string_view>

namespace eigenflow::scenario {

/// Names in one dotted key, and brackets inside of brackets, beyond which toml++ and what walks through its tree, each
/// by recursion, are not asked. Keys of a scenario have two names, and their lists at most one list inside.
constexpr unsigned deepest_toml = 16;

/// The line, from 1, where a TOML text first exceeds that; strings and comments do not count. Of a text that is not
/// TOML, what stands before the first error counts, and something behind it may.
std::optional<unsigned> line_too_deep(std::string_view toml);

}  // namespace eigenflow::scenario

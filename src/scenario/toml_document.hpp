#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "eigenflow/core/result.hpp"

namespace eigenflow::scenario {

struct TomlEntry;
struct TomlValue;
using TomlTable = std::vector<TomlEntry>;
using TomlList = std::vector<TomlValue>;

/// A date or a time, which no key of ours takes.
struct TomlTime {};

struct TomlValue {
    std::variant<bool, std::int64_t, double, std::string, TomlList, TomlTable, TomlTime> content;
};

struct TomlEntry {
    std::string key;
    TomlValue value;
    unsigned line = 0;  ///< of the key, from 1
};

/// Parses TOML 1.0, no deeper than deepest_toml. Errors: ErrorKind::usage, "filename:line:column: not valid TOML: what
/// the parser saw".
Result<TomlTable> parse_toml(std::string_view text, const std::string& filename);

/// The value as TOML on one line; times are only named.
std::string toml_text(const TomlValue& value);

}  // namespace eigenflow::scenario

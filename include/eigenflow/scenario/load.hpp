#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

/// A scenario file is refused above this size  [bytes].
inline constexpr std::size_t largest_scenario_file = std::size_t{16} << 20;

/// Reads a scenario from TOML text, applies overrides, and returns it valid and resolved.
///
/// @param filename   cited in messages; its folder becomes the scenario's, from which a relative `data.file` starts
/// @param overrides  "key=value" with a dotted key; the value is TOML, else a bare string (network.architecture=deep)
///                   or, where names are listed, bare names (emergence.thresholds=[harmonic,settling], or one alone).
///                   They replace what the text says, the last one wins. A `data.file` given here starts from the
///                   current directory.
/// Errors: ErrorKind::usage, every problem at once, one a line, sorted by line, the command line last:
///     file:line: key = value: what is allowed: remedy
///     command line: key=value: what is allowed: remedy
/// TOML that can't be parsed is one problem, file:line:column.
Result<Scenario> parse_scenario(std::string_view text, const std::string& filename,
                                const std::vector<std::string>& overrides = {});

/// parse_scenario of a file's text. A file that can't be read, or is above `largest_scenario_file`, is ErrorKind::file.
Result<Scenario> load_scenario(const std::string& path, const std::vector<std::string>& overrides = {});

}  // namespace eigenflow::scenario

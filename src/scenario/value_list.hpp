#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace eigenflow::scenario {

/// Splits at the commas outside of brackets, braces and quotes, and drops the blanks around each part: "1, [2, 3]" is
/// "1" and "[2, 3]". A quote counts where a value starts, so that don't is a bare word. Never empty: "" has one part,
/// "".
std::vector<std::string> split_values(std::string_view text);

}  // namespace eigenflow::scenario

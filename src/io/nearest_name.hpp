#pragma once

#include <span>
#include <string>
#include <string_view>

namespace eigenflow::io {

/// The name with the smallest Levenshtein distance to `wanted`, the first of equals; empty when even that one differs
/// in more than a third of the letters (at least two).
std::string nearest_name(std::string_view wanted, std::span<const std::string> names);

}  // namespace eigenflow::io

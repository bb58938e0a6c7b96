#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace eigenflow {

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment) that turn one word into the
/// other, or some number above `limit` where it takes more edits than that.  Cost: a.size() · b.size().
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit = std::string_view::npos);

/// Edits that still count as a misspelling of a word of that length: none up to 2 letters, 1 up to 4, 2 up to 8,
/// else 3.
std::size_t misspelling_limit(std::size_t length);

/// The nearest of `names` within the misspelling limit, all of them on a tie; empty when none is near.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& names);

/// "did you mean a, b or c?"
std::string did_you_mean(const std::vector<std::string>& names);

}  // namespace eigenflow

#include "toml_depth.hpp"

#include <algorithm>
#include <cstddef>

namespace eigenflow::scenario {
namespace {

// The first place behind the string that begins at `start` with a quote.
std::size_t string_end(std::string_view text, std::size_t start) {
    const char quote = text[start];
    const bool many_lines = text.substr(start, 3) == std::string_view(quote == '"' ? "\"\"\"" : "'''");
    const std::size_t quotes = many_lines ? 3 : 1;
    for (std::size_t i = start + quotes; i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"') {
            ++i;
        } else if (text[i] == '\n' && !many_lines) {
            return i;
        } else if (text[i] == quote) {
            std::size_t end = i;
            while (end < text.size() && text[end] == quote) ++end;
            if (!many_lines) return i + 1;
            if (end - i >= 3) return std::min(end, i + 5);  // two quotes may stand before the last three
            i = end - 1;
        }
    }
    return text.size();
}

}  // namespace

std::optional<unsigned> line_too_deep(std::string_view toml) {
    unsigned line = 1;
    unsigned names = 1;
    unsigned brackets = 0;
    for (std::size_t i = 0; i < toml.size(); ++i) {
        const char c = toml[i];
        if (c == '"' || c == '\'') {
            const std::size_t end = string_end(toml, i);
            line += static_cast<unsigned>(std::count(toml.begin() + static_cast<std::ptrdiff_t>(i),
                                                     toml.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
            i = end - 1;
        } else if (c == '#') {
            i = std::min(toml.find('\n', i), toml.size()) - 1;
        } else if (c == '.') {
            ++names;
        } else if (c == '[' || c == '{') {
            names = 1;
            ++brackets;
        } else if (c == ']' || c == '}') {
            brackets -= brackets > 0 ? 1 : 0;
        } else if (c == ',' || c == '=' || c == '\n') {
            names = 1;
            line += c == '\n' ? 1 : 0;
        }
        if (names > deepest_toml || brackets > deepest_toml) return line;
    }
    return std::nullopt;
}

}  // namespace eigenflow::scenario

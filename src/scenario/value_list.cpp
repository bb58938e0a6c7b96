#include "value_list.hpp"

namespace eigenflow::scenario {

namespace {

std::string without_blanks(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

// Where the quoted text that starts at `begin` ends: its last quote, or the end where that is missing.
std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
    const char quote = text[begin];
    for (std::size_t i = begin + 1; i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"') {
            ++i;
        } else if (text[i] == quote) {
            return i;
        }
    }
    return text.size();
}

}  // namespace

std::vector<std::string> split_values(std::string_view text) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    int depth = 0;
    bool value_starts = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (value_starts && (c == '"' || c == '\'')) {
            i = end_of_quoted(text, i);
        } else if (c == '[' || c == '{') {
            ++depth;
        } else if (c == ']' || c == '}') {
            --depth;
        } else if (c == ',' && depth == 0) {
            parts.push_back(without_blanks(text.substr(begin, i - begin)));
            begin = i + 1;
        }
        value_starts = c == ',' || c == '[' || c == '=' || (c == ' ' && value_starts);
    }
    parts.push_back(without_blanks(text.substr(begin)));
    return parts;
}

}  // namespace eigenflow::scenario

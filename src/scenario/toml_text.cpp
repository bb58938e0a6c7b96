#include "toml_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace eigenflow::scenario {

std::string toml_text(bool value) { return value ? "true" : "false"; }
std::string toml_text(int value) { return std::to_string(value); }
std::string toml_text(std::int64_t value) { return std::to_string(value); }
std::string toml_text(std::uint64_t value) { return std::to_string(value); }

std::string toml_text(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    // Plain digits over the range that people write so; both forms are the shortest that read back.
    const double size = std::abs(value);
    const bool plain = size == 0.0 || (size >= 1e-4 && size < 1e9);
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, value,
                                   plain ? std::chars_format::fixed : std::chars_format::scientific);
    std::string text(digits, end.ptr);
    if (plain && text.find('.') == std::string::npos) text += ".0";
    return text;
}

std::string toml_text(const std::string& value) {
    constexpr char hex[] = "0123456789ABCDEF";
    std::string text = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            text += '\\';
            text += c;
        } else if (byte < 0x20 || byte == 0x7F) {
            text += "\\u00";
            text += hex[byte >> 4];
            text += hex[byte & 15];
        } else {
            text += c;
        }
    }
    return text + '"';
}

std::string shortened(std::string text) {
    constexpr std::size_t longest = 60;
    if (text.size() <= longest) return text;
    std::size_t end = longest - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text + "...";
}

std::string plain_or_quoted(const std::string& text) {
    const bool plain =
        !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    if (plain) return shortened(text);
    if (is_utf8(text)) return shortened(toml_text(text));
    std::string ascii = text;
    std::replace_if(
        ascii.begin(), ascii.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
    return shortened(toml_text(ascii));
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
        const unsigned char lead = byte(i);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xC2 && lead < 0xE0 ? 2
                                   : lead >= 0xE0 && lead < 0xF0 ? 3
                                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > text.size()) return false;
        for (std::size_t k = i + 1; k < i + length; ++k) {
            if ((byte(k) & 0xC0) != 0x80) return false;
        }
        // Overlong forms, surrogates and code points above U+10FFFF.
        if (lead == 0xE0 && byte(i + 1) < 0xA0) return false;
        if (lead == 0xED && byte(i + 1) >= 0xA0) return false;
        if (lead == 0xF0 && byte(i + 1) < 0x90) return false;
        if (lead == 0xF4 && byte(i + 1) >= 0x90) return false;
        i += length;
    }
    return true;
}

}  // namespace eigenflow::scenario

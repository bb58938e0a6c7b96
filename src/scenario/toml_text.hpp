#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eigenflow::scenario {

// Values as TOML text. Our own, because toml++ prints 0.1 as 0.10000000000000001.

std::string toml_text(bool value);
std::string toml_text(int value);
std::string toml_text(std::int64_t value);
std::string toml_text(std::uint64_t value);
std::string toml_text(double value);  ///< shortest round trip, always a TOML float: 1.0, 0.1, 1e+10, nan, -inf
std::string toml_text(const std::string& value);

template <class Entries>
std::string toml_list(const Entries& entries) {
    std::string text = "[";
    for (const auto& entry : entries) {
        if (text.size() > 1) text += ", ";
        text += toml_text(entry);
    }
    return text + "]";
}

/// At most 60 bytes, cut between UTF-8 characters, so that a message stays readable.
std::string shortened(std::string text);

/// A key or other bare text inside a one-line message: quoted when it is not plain.
std::string plain_or_quoted(const std::string& text);

bool is_utf8(std::string_view text);

}  // namespace eigenflow::scenario

#include "npy_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace eigenflow::io {
namespace {

Error refusal(std::string message) { return {ErrorKind::file, std::move(message)}; }

Error malformed(std::string_view what) {
    return refusal(fmt::format("its NPY header is damaged ({}); write it again with numpy.save", what));
}

/// Tokens of the header, a Python dict such as {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    bool accept(std::string_view token) {
        skip_blanks();
        if (!rest_.starts_with(token)) return false;
        rest_.remove_prefix(token.size());
        return true;
    }
    bool at_end() {
        skip_blanks();
        return rest_.empty();
    }
    std::optional<std::string_view> string() {
        skip_blanks();
        if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return std::nullopt;
        const std::size_t end = rest_.find(rest_[0], 1);
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view text = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        return text;
    }
    /// A non-negative integer; Python 2 wrote an L behind it.
    std::optional<std::size_t> integer() {
        skip_blanks();
        std::size_t value = 0;
        const auto [stopped, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (problem != std::errc{}) return std::nullopt;
        rest_.remove_prefix(static_cast<std::size_t>(stopped - rest_.data()));
        if (rest_.starts_with('L')) rest_.remove_prefix(1);
        return value;
    }

private:
    void skip_blanks() {
        const std::size_t first = rest_.find_first_not_of(" \t\n");
        rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
    }
    std::string_view rest_;
};

std::optional<NpyType> type_named(std::string_view name) {
    constexpr std::pair<std::string_view, NpyType> names[] = {{"u1", NpyType::u1}, {"i2", NpyType::i2},
                                                              {"i4", NpyType::i4}, {"i8", NpyType::i8},
                                                              {"f4", NpyType::f4}, {"f8", NpyType::f8}};
    for (const auto& [known, type] : names) {
        if (name == known) return type;
    }
    return std::nullopt;
}

// Its first characters, on one line whatever they are.
std::string quoted(std::string_view text) {
    std::string shown(text.substr(0, 20));
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return "'" + shown + "'";
}

Result<void> parse_type(Scanner& scanner, NpyHeader& header) {
    const auto text = scanner.string();  // empty for the list of a structured array
    const auto type = text && !text->empty() ? type_named(text->substr(1)) : std::nullopt;
    const char order = type ? text->front() : '\0';
    if (!type || (order != '<' && order != '>' && order != '=' && !(order == '|' && *type == NpyType::u1))) {
        return refusal(
            fmt::format("its element type {} is not one of u1, i2, i4, i8, f4, f8; convert it, for instance with "
                        "array.astype('<f8')",
                        text ? quoted(*text) : "(structured)"));
    }
    header.type = *type;
    header.big_endian = order == '>' || (order == '=' && std::endian::native == std::endian::big);
    return {};
}

constexpr std::size_t most_axes = 64;  // of NumPy 2

Result<void> parse_shape(Scanner& scanner, NpyHeader& header) {
    if (!scanner.accept("(")) return malformed("shape is not a tuple");
    while (!scanner.accept(")")) {
        const auto length = scanner.integer();
        if (!length) return malformed("an entry of shape is not a length below 2^64");
        header.shape.push_back(*length);
        if (header.shape.size() > most_axes) return malformed("shape has more than 64 axes");
        if (scanner.accept(",")) continue;
        if (!scanner.accept(")")) return malformed("shape is not a tuple of integers");
        break;
    }
    return {};
}

Result<void> parse_order(Scanner& scanner, NpyHeader& header) {
    header.fortran_order = scanner.accept("True");
    if (!header.fortran_order && !scanner.accept("False")) return malformed("fortran_order is neither True nor False");
    return {};
}

Result<void> parse_dictionary(std::string_view text, NpyHeader& header) {
    constexpr std::string_view keys[] = {"descr", "fortran_order", "shape"};
    constexpr Result<void> (*parsers[])(Scanner&, NpyHeader&) = {parse_type, parse_order, parse_shape};
    bool seen[] = {false, false, false};
    Scanner scanner(text);
    if (!scanner.accept("{")) return malformed("it is not a dict");
    while (!scanner.accept("}")) {
        const auto key = scanner.string();
        if (!key || !scanner.accept(":")) return malformed("a key is missing");
        std::size_t index = 0;
        while (index < 3 && keys[index] != *key) ++index;
        if (index == 3 || std::exchange(seen[index], true)) return malformed("a key is unknown or there twice");
        if (auto parsed = parsers[index](scanner, header); !parsed) return parsed;
        if (scanner.accept(",")) continue;
        if (!scanner.accept("}")) return malformed("the dict does not end");
        break;
    }
    if (!seen[0] || !seen[1] || !seen[2]) return malformed("it lacks descr, fortran_order or shape");
    if (!scanner.at_end()) return malformed("something follows the dict");
    return {};
}

}  // namespace

Result<NpyHeader> parse_npy_header(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (!bytes.starts_with("\x93NUMPY"sv)) return refusal("it is not an NPY file; write one with numpy.save");
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    const std::size_t version = bytes.size() < 8 ? 0 : byte(6);
    if (version < 1 || version > 3 || byte(7) != 0) {
        return refusal("its NPY version is not 1.0, 2.0 or 3.0; write it again with numpy.save");
    }
    const std::size_t prefix = version == 1 ? 10 : 12;
    if (bytes.size() < prefix) return malformed("the file ends inside it");
    std::size_t length = byte(8) + (byte(9) << 8U);
    if (version > 1) length += (byte(10) << 16U) + (byte(11) << 24U);
    if (length > longest_npy_header - prefix) return malformed("it is longer than 64 KiB");
    if (length > bytes.size() - prefix) return malformed("the file ends inside it");

    NpyHeader header;
    header.values_offset = prefix + length;
    if (auto parsed = parse_dictionary(bytes.substr(prefix, length), header); !parsed) return parsed.error();
    return header;
}

}  // namespace eigenflow::io

#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

/// One member of a Scenario, to be read or written.
template <class T>
struct Access {
    T& (*write)(Scenario&);
    const T& (*read)(const Scenario&);
};

/// The types a key can have. An empty optional<int> is "all"; the other empty optionals wait for `resolved()`.
using Field = std::variant<Access<bool>, Access<int>, Access<std::uint64_t>, Access<double>, Access<std::string>,
                           Access<std::vector<int>>, Access<std::vector<double>>, Access<std::vector<std::string>>,
                           Access<std::array<double, 2>>, Access<std::optional<int>>, Access<std::optional<double>>,
                           Access<std::optional<std::vector<double>>>, Access<DataMean>, Access<InitialWeights>>;

/// low ≤ value ≤ high, and for a list every entry.
struct WholeRange {
    std::int64_t low;
    std::int64_t high;
    bool or_zero = false;  ///< 0 is allowed too, below low

    constexpr bool holds(std::int64_t value) const {
        return (low <= value && value <= high) || (or_zero && value == 0);
    }
};

/// low ≤ value ≤ high (strict where `open`), finite; for a list every entry.
struct RealRange {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool open = false;
};

/// The names a key may take, asked of the registry that holds them.
using Choices = std::vector<std::string> (*)();

using Allowed = std::variant<std::monostate, WholeRange, RealRange, Choices>;

/// All there is to know about a key; defaults are in `Scenario`.
struct Key {
    std::string_view name;  ///< dotted: "data.modes"
    Field field;
    Allowed allowed = {};
    std::string_view meaning;       ///< one line
    std::string_view unit = {};     ///< empty: dimensionless
    std::string_view applies = {};  ///< when the key has an effect; empty: always

    std::string_view section() const;  ///< "data"; empty for the keys above the first section
    std::string_view leaf() const;     ///< "modes"
};

/// Every key, section by section, in the order of the reference file.
std::span<const Key> schema();

/// The key of that dotted name, or nullptr.
const Key* find_key(std::string_view name);

/// The section names in order: data, network, …
std::vector<std::string> section_names();

/// What a key may be, as an inequality or a list of choices: "a whole number, 1 <= modes <= 10000000".
std::string allowed_text(const Key& key);

/// The key's value as TOML: 0.1, 1.0, "ve", [1, 2]. Doubles are the shortest that read back to the same bits.
/// Empty for an optional that waits for `resolved()`.
std::string value_text(const Key& key, const Scenario& scenario);

/// The key's default as TOML; empty for data.source, which has none. Defaults that depend on the path are those of ve.
std::string default_text(const Key& key);

}  // namespace eigenflow::scenario

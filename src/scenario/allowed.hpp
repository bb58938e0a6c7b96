#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "eigenflow/scenario/schema.hpp"

namespace eigenflow::scenario {

/// Why a value is refused, and what to do about it: the last two parts of a message.
struct Breach {
    std::string allowed;
    std::string remedy;
};

/// "must be a number, largest > 0", and the default as the remedy.
Breach breach_of(const Key& key);

/// The value is not one of the key's choices: names the nearest, where one is near.
Breach breach_of_choice(const Key& key, const std::string& value);

/// Why the key's value in the scenario is refused, if it is. Relations between keys are in rules.hpp.
std::optional<Breach> judge(const Key& key, const Scenario& scenario);

template <class T>
struct ListOf : std::false_type {};
template <class T>
struct ListOf<std::vector<T>> : std::true_type {
    using Entry = T;
};
template <class T>
struct ListOf<std::optional<std::vector<T>>> : std::true_type {
    using Entry = T;
};

/// What the type of a key admits, for texts and remedies.
struct Kind {
    bool list;     ///< a list of any length
    bool whole;    ///< whole numbers
    bool numeric;  ///< numbers, whole or not
    bool text;     ///< strings
};
Kind kind_of(const Key& key);

}  // namespace eigenflow::scenario

#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/scenario/schema.hpp"
#include "toml_document.hpp"

namespace eigenflow::scenario {

/// Where a key was given: a line of the file, or an override as typed.
struct Origin {
    unsigned place = 1;  ///< line in the file, or position on the command line; from 1
    bool command_line = false;
    std::string override_text = {};
};

struct GivenValue {
    const Key* key;
    TomlValue value;
    Origin origin;
};

/// One line of a message, with what it is sorted by.
struct Finding {
    Origin origin;
    std::string text;
};

/// More than anybody reads at once.
constexpr std::size_t most_findings = 20;

/// What a file and a command line give, before any value is judged.
struct Given {
    std::map<std::string_view, GivenValue> values;  ///< by key name; an override has replaced what the file says
    std::map<std::string, unsigned, std::less<>> sections;  ///< lines of the section headers
    std::vector<Finding> findings;                          ///< names that no key or section has, the first of them
    std::size_t left_out = 0;                               ///< further ones
    std::set<std::string_view> misspelt;  ///< keys that an unknown name probably meant: not to be called missing
};

void take_file(const TomlTable& root, Given& given);
void take_override(const std::string& text, unsigned position, Given& given);

}  // namespace eigenflow::scenario

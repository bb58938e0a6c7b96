#include "given.hpp"

#include <algorithm>
#include <utility>

#include "eigenflow/core/nearest_name.hpp"
#include "toml_text.hpp"
#include "value_list.hpp"

namespace eigenflow::scenario {

namespace {

// `text` is called for what is shown alone.
template <class Text>
void note(Given& given, Origin origin, const Text& text) {
    if (given.findings.size() < most_findings) {
        given.findings.push_back({std::move(origin), text()});
    } else {
        ++given.left_out;
    }
}

// The keys that an unknown dotted name may have meant: first by the part behind the dot, then by the section, so that
// a key in the wrong section comes before a misspelling in the right one.
std::vector<const Key*> likely_keys(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    const std::string_view leaf = dot == std::string_view::npos ? name : name.substr(dot + 1);
    const std::string_view section = dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
    constexpr std::size_t sections_differ = 3;  // all that a section can add: less than one letter of the leaf
    const std::size_t limit = misspelling_limit(leaf.size());
    std::size_t best = (sections_differ + 1) * (limit + 1);
    std::vector<const Key*> found;
    for (const Key& key : schema()) {
        const std::string_view other = key.leaf();
        if (leaf.size() > other.size() + limit || other.size() > leaf.size() + limit) continue;
        const std::size_t letters = edit_distance(leaf, other, limit);
        if (letters > limit) continue;
        const std::size_t away =
            section.size() > 20 ? sections_differ
                                : std::min(edit_distance(section, key.section(), sections_differ), sections_differ);
        const std::size_t distance = (sections_differ + 1) * letters + away;
        if (distance > best) continue;
        if (distance < best) found.clear();
        best = distance;
        found.push_back(&key);
    }
    return found;
}

std::string unknown_key(std::string_view name, Given& given) {
    std::vector<std::string> names;
    for (const Key* key : likely_keys(name)) {
        names.emplace_back(key->name);
        given.misspelt.insert(key->name);
    }
    return "unknown key: " + (names.empty() ? "`eigenflow reference` lists every key" : did_you_mean(names));
}

std::string unknown_section(const std::string& name, Given& given) {
    const std::vector<std::string> known = section_names();
    const std::vector<std::string> near = nearest(name, known);
    for (const Key& key : schema()) {
        if (std::find(near.begin(), near.end(), key.section()) != near.end()) given.misspelt.insert(key.name);
    }
    if (!near.empty()) return "unknown section: " + did_you_mean(near);
    std::string list;
    for (const std::string& section : known) list += (list.empty() ? "" : ", ") + section;
    return "unknown section: the sections are " + list;
}

bool is_section(const std::string& name) {
    const std::vector<std::string> names = section_names();
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string assignment(const std::string& name, const TomlValue& value) {
    return plain_or_quoted(name) + " = " + shortened(toml_text(value)) + ": ";
}

void take_key(const std::string& name, const TomlEntry& entry, Given& given) {
    if (const Key* key = find_key(name)) {
        given.values.insert_or_assign(key->name, GivenValue{key, entry.value, {entry.line}});
    } else {
        note(given, {entry.line}, [&] { return assignment(name, entry.value) + unknown_key(name, given); });
    }
}

// Names without the quotes that a shell would eat: [harmonic, settling], or a single one without brackets.
TomlValue bare_names(std::string_view text) {
    const bool brackets = text.size() >= 2 && text.front() == '[' && text.back() == ']';
    TomlList names;
    if (brackets) {
        for (std::string& name : split_values(text.substr(1, text.size() - 2))) names.push_back({std::move(name)});
    } else {
        names.push_back({std::string(text)});
    }
    return {std::move(names)};
}

// An override's value: TOML where it is that, else the bare text. Text keys take 2024 or true as text, too.
TomlValue override_value(const std::string& text, const Key& key) {
    const auto parsed = parse_toml("value = " + text, "");
    const bool is_toml = parsed && parsed->size() == 1;
    if (!is_toml) {
        return std::holds_alternative<Access<std::vector<std::string>>>(key.field) ? bare_names(text) : TomlValue{text};
    }
    const TomlValue& value = parsed->front().value;
    const bool wants_text = std::holds_alternative<Access<std::string>>(key.field);
    return wants_text && !std::holds_alternative<std::string>(value.content) ? TomlValue{text} : value;
}

}  // namespace

void take_file(const TomlTable& root, Given& given) {
    for (const TomlEntry& entry : root) {
        const auto* table = std::get_if<TomlTable>(&entry.value.content);
        if (is_section(entry.key) && table != nullptr) {
            given.sections.emplace(entry.key, entry.line);
            for (const TomlEntry& member : *table) take_key(entry.key + "." + member.key, member, given);
        } else if (is_section(entry.key)) {
            note(given, {entry.line}, [&] {
                return assignment(entry.key, entry.value) + "must be a section: write [" + entry.key +
                       "] with its keys below";
            });
        } else if (table != nullptr && find_key(entry.key) == nullptr) {
            note(given, {entry.line},
                 [&] { return "[" + plain_or_quoted(entry.key) + "]: " + unknown_section(entry.key, given); });
        } else {
            take_key(entry.key, entry, given);
        }
    }
}

void take_override(const std::string& text, unsigned position, Given& given) {
    const Origin origin = {position, true, text};
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        note(given, origin, [] { return "must be key=value: write for example network.init=0.5"; });
        return;
    }
    const std::string name = text.substr(0, equals);
    if (const Key* key = find_key(name)) {
        given.values.insert_or_assign(key->name,
                                      GivenValue{key, override_value(text.substr(equals + 1), *key), origin});
    } else {
        note(given, origin, [&] { return unknown_key(name, given); });
    }
}

}  // namespace eigenflow::scenario

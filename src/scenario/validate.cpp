#include "eigenflow/scenario/validate.hpp"

#include "check.hpp"
#include "rules.hpp"
#include "toml_text.hpp"

namespace eigenflow::scenario {

namespace {

// What a message shows: nothing for a key that has to be given here and is not.
std::string shown(const Key& key, const Scenario& scenario) {
    const std::string text = value_text(key, scenario);
    const bool empty = text == "\"\"" || text == "[]";
    const bool missing = empty && (text == default_text(key) || key.name == "data.source");
    return missing ? "" : shortened(text);
}

// The relation's problem, where each of its keys is right so far; its first key then no longer is.
std::optional<Problem> broken(const Rule& rule, const Scenario& whole, std::set<std::string_view>& bad) {
    for (const std::string_view name : rule.keys) {
        if (bad.contains(name)) return {};
    }
    auto breach = rule.breach(whole);
    if (!breach) return {};
    const std::string_view name = rule.keys.front();
    bad.insert(name);
    return Problem{std::string(name),
                   shown(*find_key(name), whole),
                   std::move(breach->allowed),
                   std::move(breach->remedy),
                   {rule.keys.begin() + 1, rule.keys.end()}};
}

}  // namespace

std::string Problem::sentence() const {
    return key + (value.empty() ? " is missing: " : " = " + value + ": ") + allowed + ": " + remedy;
}

std::vector<Problem> check_keys(const Scenario& scenario, std::set<std::string_view>& bad) {
    const Scenario whole = resolved(scenario);
    std::vector<Problem> problems;
    for (const Key& key : schema()) {
        // An empty source is missing rather than misspelt, which is a rule.
        if (bad.contains(key.name) || (key.name == "data.source" && whole.data.source.empty())) continue;
        if (auto breach = judge(key, whole)) {
            bad.insert(key.name);
            problems.push_back({std::string(key.name), shortened(value_text(key, whole)), std::move(breach->allowed),
                                std::move(breach->remedy)});
        }
    }
    return problems;
}

std::vector<Problem> check(const Scenario& scenario, std::set<std::string_view>& bad) {
    const Scenario whole = resolved(scenario);
    std::vector<Problem> problems = check_keys(whole, bad);
    for (const std::span<const Rule> relations : {rules(), coupled_mode_rules(), combinations()}) {
        for (const Rule& rule : relations) {
            if (auto problem = broken(rule, whole, bad)) problems.push_back(std::move(*problem));
        }
    }
    return problems;
}

std::vector<Problem> validate(const Scenario& scenario) {
    std::set<std::string_view> bad;
    return check(scenario, bad);
}

}  // namespace eigenflow::scenario

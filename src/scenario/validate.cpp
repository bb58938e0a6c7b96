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
    for (const Rule& rule : rules()) {
        bool judgeable = true;
        for (const std::string_view name : rule.keys) judgeable = judgeable && !bad.contains(name);
        if (!judgeable) continue;
        if (auto breach = rule.breach(whole)) {
            const std::string_view name = rule.keys.front();
            bad.insert(name);
            problems.push_back({std::string(name),
                                shown(*find_key(name), whole),
                                std::move(breach->allowed),
                                std::move(breach->remedy),
                                {rule.keys.begin() + 1, rule.keys.end()}});
        }
    }
    return problems;
}

std::vector<Problem> validate(const Scenario& scenario) {
    std::set<std::string_view> bad;
    return check(scenario, bad);
}

}  // namespace eigenflow::scenario

#include <algorithm>
#include <array>
#include <utility>

#include "eigenflow/analysis/emergence.hpp"

namespace eigenflow::analysis {

namespace {

constexpr std::array<std::pair<Criterion, std::string_view>, 4> criteria{{
    {Criterion::geometric, "geometric"},
    {Criterion::harmonic, "harmonic"},
    {Criterion::arithmetic, "arithmetic"},
    {Criterion::settling, "settling"},
}};

constexpr std::array<std::pair<EmergenceRule, std::string_view>, 2> rules{{
    {EmergenceRule::crossing, "crossing"},
    {EmergenceRule::grid, "grid"},
}};

template <class Table>
auto named(const Table& table, std::string_view what, std::string_view name)
    -> Result<typename Table::value_type::first_type> {
    std::string choices;
    for (const auto& [value, known] : table) {
        if (known == name) return value;
        choices += choices.empty() ? "" : ", ";
        choices += known;
    }
    return Error{ErrorKind::usage,
                 "there is no " + std::string(what) + " '" + std::string(name) + "': choose from " + choices + "."};
}

template <class Table>
std::string_view name_in(const Table& table, typename Table::value_type::first_type value) {
    return std::find_if(table.begin(), table.end(), [value](const auto& entry) { return entry.first == value; })
        ->second;  // the table lists all
}

template <class Table>
std::vector<std::string> names_of(const Table& table) {
    std::vector<std::string> names;
    for (const auto& entry : table) names.emplace_back(entry.second);
    return names;
}

}  // namespace

std::string_view name_of(Criterion criterion) { return name_in(criteria, criterion); }

std::string_view name_of(Direction direction) {
    if (direction == Direction::unknown) return "";  // an empty cell
    return direction == Direction::rising ? "rising" : "falling";
}

std::string_view name_of(EmergenceStatus status) {
    constexpr std::array<std::string_view, 5> names{"emerged", "censored", "gray-zone", "no-crossing", "failed"};
    return names[static_cast<std::size_t>(status)];
}

Result<Criterion> criterion_named(std::string_view name) { return named(criteria, "emergence criterion", name); }

std::vector<std::string> criterion_names() { return names_of(criteria); }

std::string_view name_of(EmergenceRule rule) { return name_in(rules, rule); }

Result<EmergenceRule> emergence_rule_named(std::string_view name) { return named(rules, "emergence rule", name); }

std::vector<std::string> emergence_rule_names() { return names_of(rules); }

}  // namespace eigenflow::analysis

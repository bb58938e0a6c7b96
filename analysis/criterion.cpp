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

}  // namespace

std::string_view name_of(Criterion criterion) {
    for (const auto& [value, name] : criteria) {
        if (value == criterion) return name;
    }
    return "";
}

std::string_view name_of(Direction direction) { return direction == Direction::rising ? "rising" : "falling"; }

std::string_view name_of(EmergenceStatus status) {
    switch (status) {
        case EmergenceStatus::emerged:
            return "emerged";
        case EmergenceStatus::censored:
            return "censored";
        case EmergenceStatus::gray_zone:
            return "gray-zone";
        case EmergenceStatus::no_crossing:
            return "no-crossing";
    }
    return "";
}

Result<Criterion> criterion_named(std::string_view name) {
    std::string choices;
    for (const auto& [value, known] : criteria) {
        if (known == name) return value;
        choices += choices.empty() ? "" : ", ";
        choices += known;
    }
    return Error{ErrorKind::usage,
                 "there is no emergence criterion '" + std::string(name) + "': choose from " + choices + "."};
}

std::vector<std::string> criterion_names() {
    std::vector<std::string> names;
    for (const auto& entry : criteria) names.emplace_back(entry.second);
    return names;
}

}  // namespace eigenflow::analysis

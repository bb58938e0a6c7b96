#include "eigenflow/scenario/emit.hpp"

#include <system_error>

#include "allowed.hpp"
#include "toml_text.hpp"

namespace eigenflow::scenario {

namespace {

struct ValueText {
    template <class T>
    std::string operator()(const T& value) const {
        return toml_text(value);
    }
    template <class T>
    std::string operator()(const std::vector<T>& value) const {
        return toml_list(value);
    }
    std::string operator()(const DataMean& mean) const {
        return mean.measured ? "\"measured\"" : toml_list(mean.values);
    }
    std::string operator()(const InitialWeights& init) const {
        if (init.random) {
            return "{ kind = \"random\", scale = " + toml_text(init.random->scale) +
                   ", seed = " + toml_text(init.random->seed) + " }";
        }
        return init.aligned.size() == 1 ? toml_text(init.aligned.front()) : toml_list(init.aligned);
    }
    std::string operator()(const std::array<double, 2>& value) const { return toml_list(value); }
    std::string operator()(const std::optional<int>& value) const { return value ? toml_text(*value) : "\"all\""; }
    template <class T>
    std::string operator()(const std::optional<T>& value) const {
        return value ? (*this)(*value) : "";
    }
};

// Calls line(key) for every key, with the section headers between them.
template <class Line>
std::string section_by_section(const Line& line) {
    std::string text;
    std::string_view section;
    for (const Key& key : schema()) {
        if (key.section() != section) {
            section = key.section();
            text += "\n[" + std::string(section) + "]\n";
        }
        text += line(key);
    }
    return text;
}

const Scenario& reference_scenario() {
    static const Scenario reference = [] {
        Scenario scenario;
        scenario.data.source = "power-law";
        return resolved(scenario);
    }();
    return reference;
}

std::string assignment(const Key& key, const Scenario& scenario) {
    return std::string(key.leaf()) + " = " + value_text(key, scenario) + "\n";
}

}  // namespace

std::string value_text(const Key& key, const Scenario& scenario) {
    return std::visit([&](const auto& field) { return ValueText{}(field.read(scenario)); }, key.field);
}

std::string default_text(const Key& key) {
    return key.name == "data.source" ? "" : value_text(key, reference_scenario());
}

std::string to_toml(const Scenario& scenario, DataFile file) {
    Scenario whole = resolved(scenario);
    if (file == DataFile::absolute && !whole.data.file.empty()) {
        std::error_code failed;
        const std::filesystem::path absolute = std::filesystem::absolute(data_file(whole), failed);
        if (!failed) whole.data.file = absolute.lexically_normal().generic_string();
    }
    if (file == DataFile::absolute && !whole.training.times.empty()) {
        std::error_code failed;
        const std::filesystem::path absolute = std::filesystem::absolute(times_file(whole), failed);
        if (!failed) whole.training.times = absolute.lexically_normal().generic_string();
    }
    return section_by_section([&](const Key& key) { return assignment(key, whole); });
}

std::string reference_toml() {
    const std::string heading =
        "# Every key of a scenario at its default, with meaning, [unit], (when it applies) and allowed range.\n"
        "# Only data.source has no default. Written by `eigenflow reference`.\n\n";
    return heading + section_by_section([](const Key& key) {
               std::string text = "# " + std::string(key.meaning);
               if (!key.unit.empty()) text += "  [" + std::string(key.unit) + "]";
               if (!key.applies.empty()) text += "  (" + std::string(key.applies) + ")";
               return text + "\n#   " + allowed_text(key) + "\n" + assignment(key, reference_scenario());
           });
}

}  // namespace eigenflow::scenario

#include "eigenflow/scenario/load.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <tuple>

#include "assign.hpp"
#include "check.hpp"
#include "given.hpp"
#include "load_steps.hpp"
#include "toml_text.hpp"

namespace eigenflow::scenario {

namespace {

// The problem with the place it comes from: its own key, else another that takes part, else its section's header.
Finding located(Problem problem, const Given& given) {
    std::vector<std::string> keys = {problem.key};
    keys.insert(keys.end(), problem.related.begin(), problem.related.end());
    for (const std::string& name : keys) {
        const auto found = given.values.find(name);
        if (found == given.values.end()) continue;
        const Origin& origin = found->second.origin;
        if (name == problem.key && !problem.value.empty()) problem.value = shortened(toml_text(found->second.value));
        const bool said = origin.command_line && name == problem.key;  // by the override itself
        return {origin, said ? problem.allowed + ": " + problem.remedy : problem.sentence()};
    }
    const auto section = given.sections.find(problem.key.substr(0, problem.key.find('.')));
    return {{section == given.sections.end() ? 1U : section->second}, problem.sentence()};
}

// One problem a line: the file's by line, then the command line's as they came; of many the first.
std::string message(std::vector<Finding> findings, std::size_t left_out, const std::string& filename) {
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.origin.command_line, a.origin.place) < std::tie(b.origin.command_line, b.origin.place);
    });
    if (findings.size() > most_findings) {
        left_out += findings.size() - most_findings;
        findings.resize(most_findings);
    }
    std::string text;
    for (const Finding& finding : findings) {
        const Origin& origin = finding.origin;
        if (!text.empty()) text += '\n';
        text += origin.command_line ? "command line: " + plain_or_quoted(origin.override_text) + ": "
                                    : filename + ":" + std::to_string(origin.place) + ": ";
        text += finding.text;
    }
    if (left_out > 0) text += "\n" + filename + ": and " + std::to_string(left_out) + " more: correct these first";
    return text;
}

Error unreadable(const std::string& path, const std::string& reason, const std::string& remedy) {
    return {ErrorKind::file, path + ": the scenario can't be read: " + reason + ": " + remedy};
}

// What is wrong with what could be assigned: check() or check_keys().
using Judge = std::vector<Problem> (*)(const Scenario&, std::set<std::string_view>& bad);

Result<Scenario> parse(std::string_view text, const std::string& filename, const std::vector<std::string>& overrides,
                       Judge judge) {
    auto document = parse_toml(text, filename);
    if (!document) return document.error();
    Given given;
    take_file(*document, given);
    unsigned position = 0;
    for (const std::string& override_text : overrides) take_override(override_text, ++position, given);

    Scenario scenario;
    scenario.folder = std::filesystem::path(filename).parent_path();
    std::set<std::string_view> bad = given.misspelt;
    std::vector<Finding> findings = given.findings;
    for (const auto& [name, value] : given.values) {
        auto breach = assign(*value.key, value.value, scenario);
        if (!breach) continue;
        bad.insert(name);
        findings.push_back(located({std::string(name), shortened(toml_text(value.value)), std::move(breach->allowed),
                                    std::move(breach->remedy)},
                                   given));
    }
    // Of names that are not looked at, one may be a misspelling of what would be missing.
    if (given.left_out == 0) {
        for (const Problem& problem : judge(scenario, bad)) findings.push_back(located(problem, given));
    }
    if (!findings.empty()) return Error{ErrorKind::usage, message(std::move(findings), given.left_out, filename)};

    const auto file = given.values.find("data.file");
    const auto times = given.values.find("training.times");
    const auto from_here = [&](auto found) { return found != given.values.end() && found->second.origin.command_line; };
    // One folder serves both files; where they start from different ones, the other is written out.
    if (from_here(times) && !from_here(file) && !scenario.training.times.empty()) {
        scenario.training.times = std::filesystem::absolute(scenario.training.times).generic_string();
    }
    if (from_here(file)) {
        if (!from_here(times)) scenario.training.times = times_file(scenario).generic_string();
        scenario.folder.clear();
    }
    return resolved(std::move(scenario));
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, const std::string& filename,
                                const std::vector<std::string>& overrides) {
    return parse(text, filename, overrides, check);
}

Result<Scenario> parse_keys(std::string_view text, const std::string& filename,
                            const std::vector<std::string>& overrides) {
    return parse(text, filename, overrides, check_keys);
}

Result<Scenario> load_scenario(const std::string& path, const std::vector<std::string>& overrides) {
    const auto text = scenario_text(path);
    if (!text) return text.error();
    return parse_scenario(*text, path, overrides);
}

Result<std::string> scenario_text(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        return unreadable(path, "it is a directory", "name the .toml file in it");
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) return unreadable(path, errno != 0 ? std::strerror(errno) : "it can't be opened", "check the path");
    // Read by pieces up to the limit: a pipe has no size to ask for.
    std::string text;
    std::vector<char> piece(std::size_t{1} << 16);
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0) {
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > largest_scenario_file) {
            return unreadable(path, "it is larger than 16 MiB",
                              "check that it is a scenario, and move long lists to a csv file");
        }
    }
    if (file.bad()) return unreadable(path, "reading stopped with an error", "check the disk");
    return text;
}

}  // namespace eigenflow::scenario

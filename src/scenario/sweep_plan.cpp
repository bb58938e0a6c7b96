#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/run.hpp"
#include "eigenflow/scenario/schema.hpp"
#include "eigenflow/scenario/sweep.hpp"
#include "load_steps.hpp"
#include "toml_text.hpp"
#include "value_list.hpp"

namespace eigenflow::scenario {

namespace {

// A message of one problem a line, each once, in the order found.
class Problems {
public:
    void add(std::string_view lines) {
        while (!lines.empty()) {
            const std::string line(lines.substr(0, lines.find('\n')));
            lines.remove_prefix(std::min(line.size() + 1, lines.size()));
            if (!seen_.insert(line).second) continue;
            if (!text_.empty()) text_ += '\n';
            text_ += line;
        }
    }
    const std::string& text() const { return text_; }

private:
    std::set<std::string> seen_;
    std::string text_;
};

struct GivenAxis {
    std::string argument;  // as typed
    std::string key;
    std::vector<std::string> values;
};

struct GivenSweep {
    std::vector<GivenAxis> axes;
    std::vector<std::string> fixed;
};

GivenSweep sort_arguments(const std::vector<std::string>& arguments, Problems& problems) {
    GivenSweep given;
    std::set<std::string> keys;
    for (const std::string& argument : arguments) {
        const std::size_t equals = argument.find('=');
        const std::string key = argument.substr(0, equals);
        const std::string place = "command line: " + plain_or_quoted(argument) + ": ";
        if (!keys.insert(key).second) problems.add(place + "the key is there twice: give all its values once");
        std::vector<std::string> values;
        if (equals != std::string::npos) values = split_values(std::string_view(argument).substr(equals + 1));
        if (values.size() < 2) {
            given.fixed.push_back(argument);
            continue;
        }
        if (std::find(values.begin(), values.end(), "") != values.end()) {
            problems.add(place + "a value is missing beside a comma: leave the comma out");
            std::erase(values, "");
        }
        given.axes.push_back({argument, key, std::move(values)});
    }
    if (given.axes.empty()) {
        problems.add("nothing is swept: give a key several values, such as network.init=0.1,0.5, or use eigenflow run");
    }
    return given;
}

std::string cell_text(const Key& key, const Scenario& scenario) {
    if (const auto* text = std::get_if<Access<std::string>>(&key.field)) return text->read(scenario);
    if (const auto* names = std::get_if<Access<std::vector<std::string>>>(&key.field)) {
        if (names->read(scenario).size() == 1) return names->read(scenario).front();
    }
    const std::string text = value_text(key, scenario);
    return text == "\"all\"" ? "all" : text;
}

std::vector<std::string> with(std::vector<std::string> overrides, const std::string& key, const std::string& value) {
    overrides.push_back(key + "=" + value);
    return overrides;
}

SweptKey judge_axis(const std::string& text, const std::string& path, const GivenSweep& given, const GivenAxis& axis,
                    Problems& problems) {
    SweptKey swept{axis.key, {}, {}};
    const Key* key = find_key(axis.key);
    for (const std::string& value : axis.values) {
        const auto scenario = parse_keys(text, path, with(given.fixed, axis.key, value));
        if (!scenario) problems.add(scenario.error().message);
        if (key == nullptr) break;  // said once, not for every value
        if (!scenario) continue;
        swept.values.push_back(value_text(*key, *scenario));
        swept.cells.push_back(cell_text(*key, *scenario));
        if (std::count(swept.values.begin(), swept.values.end(), swept.values.back()) > 1) {
            problems.add("command line: " + plain_or_quoted(axis.argument) + ": " + shortened(swept.values.back()) +
                         " is there twice: leave one out");
        }
    }
    return swept;
}

bool is_safe_in_a_path(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._=+-").find(c) != std::string_view::npos;
}

// Number and values; a hyphen stands for what a shell or a file system may take amiss.
std::string folder_name(std::size_t point, std::size_t points, const std::vector<SweptKey>& keys,
                        const std::vector<std::string>& cells) {
    constexpr std::size_t longest = 120;  // file systems take 255 bytes, people less
    std::string values;
    for (std::size_t k = 0; k < keys.size(); ++k) values += "_" + keys[k].name + "=" + cells[k];
    std::string name = fmt::format("{:0{}}", point + 1, std::max<std::size_t>(3, std::to_string(points).size()));
    bool replaced = false;  // the character before
    for (const char c : values) {
        const bool safe = is_safe_in_a_path(c);
        if (safe || !replaced) name += safe ? c : '-';
        replaced = !safe;
    }
    name.resize(std::min(name.size(), longest));
    return name;
}

// Every point reads its files, check() and run() each; what comes through a pipe comes once.
Result<void> refuse_pipes(const Scenario& scenario) {
    const bool reads_data = scenario.data.source == "csv" || scenario.data.source == "images";
    const std::filesystem::path data = reads_data ? data_file(scenario) : std::filesystem::path();
    for (const auto& [key, file] : {std::pair("data.file", data), std::pair("training.times", times_file(scenario))}) {
        std::error_code ignored;
        const std::filesystem::file_status status = std::filesystem::status(file, ignored);
        if (!std::filesystem::is_fifo(status) && !std::filesystem::is_character_file(status)) continue;
        return Error{ErrorKind::usage, fmt::format("{} = {}: a pipe can be read once, and every point of a sweep reads "
                                                   "it: write it to a file first",
                                                   key, toml_text(file.string()))};
    }
    return {};
}

Result<Scenario> point_scenario(const std::string& text, const std::string& path,
                                const std::vector<std::string>& overrides) {
    auto scenario = parse_scenario(text, path, overrides);
    if (!scenario) return scenario;
    if (auto files = refuse_pipes(*scenario); !files) return files.error();
    const auto ready = check(*scenario);
    if (ready) return scenario;
    if (ready.error().kind != ErrorKind::usage) return ready.error();
    return Error{ErrorKind::usage, path + ": " + ready.error().message};
}

// The position of each key's value at a point: mixed-radix digits, the last key fastest.
std::vector<std::size_t> digits_of(std::size_t point, const std::vector<GivenAxis>& axes) {
    std::vector<std::size_t> digits(axes.size());
    for (std::size_t k = axes.size(); k-- > 0; point /= axes[k].values.size()) {
        digits[k] = point % axes[k].values.size();
    }
    return digits;
}

std::size_t count_points(const std::vector<GivenAxis>& axes, Problems& problems) {
    std::size_t points = 1;
    for (const GivenAxis& axis : axes) {
        points *= axis.values.size();
        if (points <= largest_sweep) continue;
        problems.add(
            fmt::format("the sweep has more than {} points: take fewer values, or several sweeps", largest_sweep));
        break;
    }
    return points;
}

}  // namespace

Result<Sweep> plan_sweep(const std::string& path, const std::vector<std::string>& arguments) {
    const auto text = scenario_text(path);
    if (!text) return text.error();
    Problems problems;
    const GivenSweep given = sort_arguments(arguments, problems);
    const std::size_t points = count_points(given.axes, problems);
    Sweep sweep;
    if (given.axes.empty()) {
        if (auto read = parse_keys(*text, path, given.fixed); !read) problems.add(read.error().message);
    }
    for (const GivenAxis& axis : given.axes) sweep.keys.push_back(judge_axis(*text, path, given, axis, problems));
    if (!problems.text().empty()) return Error{ErrorKind::usage, problems.text()};

    bool any = false;
    for (std::size_t p = 0; p < points; ++p) {
        const std::vector<std::size_t> digits = digits_of(p, given.axes);
        std::vector<std::string> overrides = given.fixed;
        std::vector<std::string> cells;
        for (std::size_t k = 0; k < digits.size(); ++k) {
            overrides.push_back(given.axes[k].key + "=" + given.axes[k].values[digits[k]]);
            cells.push_back(sweep.keys[k].cells[digits[k]]);
        }
        auto scenario = point_scenario(*text, path, overrides);
        any = any || scenario;
        if (!scenario) problems.add(scenario.error().message);
        std::string folder = folder_name(p, points, sweep.keys, cells);
        sweep.points.push_back({std::move(cells), std::move(folder), std::move(scenario)});
    }
    if (!any) return Error{sweep.points.front().scenario.error().kind, problems.text()};
    return sweep;
}

}  // namespace eigenflow::scenario

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "commands.hpp"
#include "eigenflow/scenario/schema.hpp"
#include "option_tree.hpp"

// The completion of bash, from the tree of options and the schema of the keys: packages install what this prints.

namespace eigenflow::cli {
namespace {

std::string words(const std::vector<std::string>& all) { return fmt::format("{}", fmt::join(all, " ")); }

// `--name` of every option.
std::vector<std::string> long_options(const CLI::App& command) {
    std::vector<std::string> options;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
    }
    return options;
}

// What the script offers as a value: words, `:files`, or `:nothing`, as for numbers.
std::string values(const CLI::Option& option) {
    std::string type = type_text(option);
    if (!type.starts_with('{')) return type == "TEXT" ? ":files" : ":nothing";
    type = type.substr(1, type.find('}') - 1);
    std::replace(type.begin(), type.end(), ',', ' ');
    return type;
}

std::string values(const scenario::Key& key) {
    using namespace scenario;
    if (const auto* names = std::get_if<Choices>(&key.allowed)) return words((*names)());
    if (std::holds_alternative<Access<bool>>(key.field)) return "true false";
    if (std::holds_alternative<Access<std::optional<int>>>(key.field)) return "all";
    if (std::holds_alternative<Access<DataMean>>(key.field)) return "measured";
    const bool text = std::holds_alternative<Access<std::string>>(key.field);
    return text && key.name != "name" ? ":files" : ":nothing";  // every other text is the path of a file
}

// The patterns of a `case` over "command option" and "command key".
std::string offers(const CLI::App& program) {
    std::string cases;
    const auto add = [&cases](const std::string& pattern, const std::string& values) {
        cases += fmt::format("        {}) offer='{}' ;;\n", pattern, values);
    };
    for (const CLI::App* command : shown_commands(program)) {
        for (const CLI::Option* option : command->get_options()) {
            if (type_text(*option).empty()) continue;
            for (const std::string& name : option->get_lnames()) {
                add(fmt::format("'{} --{}'", command->get_name(), name), values(*option));
            }
        }
    }
    for (const scenario::Key& key : scenario::schema()) add(fmt::format("*' {}'", key.name), values(key));
    return cases;
}

// Options, keys and the number of the first word that may be a key, of every command.
std::string descriptions(const CLI::App& program) {
    std::string cases;
    for (const CLI::App* command : shown_commands(program)) {
        bool takes_keys = false;
        int positionals = 0;
        for (const CLI::Option* option : command->get_options()) {
            positionals += option->get_positional() ? 1 : 0;
            takes_keys |= option->get_positional() && option->get_name().starts_with("key=");
        }
        // Where CSV or samples are analysed, no simulation has keys.
        const bool analyses = command->get_name() == "fit" || command->get_name() == "measure";
        cases += fmt::format("        {}) options='{}' keys={} first_key={} files={} ;;\n", command->get_name(),
                             words(long_options(*command)),
                             !takes_keys ? ""
                             : analyses  ? "$analysis_keys"
                                         : "$all_keys",
                             positionals + 1, positionals > 0 ? "yes" : "");
    }
    return cases;
}

std::string completion(const CLI::App& program) {
    std::vector<std::string> names = long_options(program);
    for (const CLI::App* command : shown_commands(program)) names.push_back(command->get_name());
    std::vector<std::string> keys;
    std::vector<std::string> analysis_keys;
    for (const scenario::Key& key : scenario::schema()) {
        keys.push_back(std::string(key.name) + "=");
        if (key.section() == "emergence" || key.section() == "fit") analysis_keys.push_back(keys.back());
    }
    return fmt::format(R"(# bash completion for eigenflow, made by `eigenflow completion`
_eigenflow_files() {{
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$1")
}}

_eigenflow() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} command=${{COMP_WORDS[1]}}
    local options= keys= first_key= files= name= offer= given last
    local all_keys='{}'
    local analysis_keys='{}'
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W '{}' -- "$word")
        return
    fi
    case $command in
{}    esac
    for given in "${{COMP_WORDS[@]:2:COMP_CWORD-2}}"; do
        [[ $given == -- ]] && options=
    done
    # What the word is a value of: bash parts words at "=".
    if [[ $word == = ]]; then
        word= name=$before
    elif [[ $before == = ]]; then
        name=${{COMP_WORDS[COMP_CWORD - 2]}}
    elif [[ $options && $before == --* ]]; then
        name=$before
    fi
    case "$command $name" in
{}        *' ' | *' --'*) ;;
        *) offer=:nothing ;;
    esac
    case $offer in
        :files) _eigenflow_files "$word" ;;
        :nothing) ;;
        ?*)
            last=${{word##*[,\[]}}  # of a list
            mapfile -t COMPREPLY < <(compgen -P "${{word%"$last"}}" -W "$offer" -- "$last") ;;
    esac
    [[ $offer ]] && return
    if [[ $options && $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
        return
    fi
    [[ $files ]] && _eigenflow_files "$word"
    if ((COMP_CWORD >= first_key)); then
        mapfile -t keys < <(compgen -W "$keys" -- "$word")
        # Where bash quotes the names of files it would put a backslash before the "=" of a key.
        [[ ${{keys[0]}} ]] && compopt -o nospace +o filenames && COMPREPLY+=("${{keys[@]}}")
    fi
}}
complete -F _eigenflow eigenflow
)",
                       words(keys), words(analysis_keys), words(names), descriptions(program), offers(program));
}

}  // namespace

void add_completion(CLI::App& program, int& exit_code) {
    add_hidden(program, "completion", "The completion of bash", completion, exit_code);
}

}  // namespace eigenflow::cli

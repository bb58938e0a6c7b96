#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <variant>
#include <vector>

#include "commands.hpp"
#include "eigenflow/scenario/schema.hpp"
#include "exit_codes.hpp"
#include "standard_output.hpp"
#include "version_information.hpp"

// The man page and the completion of bash, both from the tree of options: packages install what these print.

namespace eigenflow::cli {
namespace {

// Text as roff shows it: backslashes, hyphens that can be copied, and lines that would be requests.
std::string roff(const std::string& text) {
    std::string safe;
    bool line_starts = true;
    for (const char c : text) {
        if (line_starts && (c == '.' || c == '\'')) safe += "\\&";
        if (c == '\\') {
            safe += "\\e";
        } else if (c == '-') {
            safe += "\\-";
        } else {
            safe += c;
        }
        line_starts = c == '\n';
    }
    return safe;
}

std::vector<const CLI::App*> subcommands_of(const CLI::App& program) {
    std::vector<const CLI::App*> shown;
    for (const CLI::App* command : program.get_subcommands({})) {
        if (!command->get_group().empty()) shown.push_back(command);
    }
    return shown;
}

// A description: its first paragraph as text, what follows (examples) as it stands.
std::string described(const std::string& text) {
    const std::size_t end = text.find("\n\n");
    std::string page = roff(text.substr(0, end)) + "\n";
    if (end != std::string::npos) page += ".PP\n.nf\n" + roff(text.substr(end + 2)) + "\n.fi\n";
    return page;
}

std::string entry(const CLI::Option& option) {
    const std::string type = option.get_positional() ? "" : option.get_type_name();
    // The page is made where the package is: the number of threads of that machine is not the reader's.
    const std::string usual = option.check_lname("threads") ? "those of the processor" : option.get_default_str();
    return fmt::format(".TP\n.B {}{}{}\n{}{}\n", roff(option.get_name(false, true)),
                       type.empty() ? "" : " " + roff(type), option.get_required() ? " REQUIRED" : "",
                       roff(option.get_description()), usual.empty() ? "" : " [" + roff(usual) + "]");
}

std::string man_page(const CLI::App& program) {
    std::string page = fmt::format(".TH EIGENFLOW 1 \"\" \"eigenflow {}\" \"User Commands\"\n", version::number);
    page += ".SH NAME\neigenflow \\- how linear diffusion models learn, mode by mode\n";
    page += ".SH SYNOPSIS\n.B eigenflow\n.I command\n[\n.I options\n]\n";
    page += ".SH DESCRIPTION\n" + described(program.get_description());
    page += ".SH OPTIONS\n";
    for (const CLI::Option* option : program.get_options()) page += entry(*option);
    page += ".SH COMMANDS\n";
    for (const CLI::App* command : subcommands_of(program)) {
        page += ".SS " + roff(command->get_name()) + "\n" + described(command->get_description());
        for (const CLI::Option* option : command->get_options()) page += entry(*option);
    }
    page += ".SH KEYS OF A SCENARIO\n";
    for (const scenario::Key& key : scenario::schema()) {
        page += fmt::format(".TP\n.B {}\n{}; {}\n", roff(std::string(key.name)), roff(std::string(key.meaning)),
                            roff(scenario::allowed_text(key)));
    }
    page += ".SH EXIT STATUS\n";
    for (const auto& [code, meaning] : exit_meanings) page += fmt::format(".TP\n.B {}\n{}\n", code, roff(meaning));
    return page;
}

std::string words(const std::vector<std::string>& all) { return fmt::format("{}", fmt::join(all, " ")); }

// `--name` of every option.
std::vector<std::string> long_options(const CLI::App& command) {
    std::vector<std::string> options;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
    }
    return options;
}

// The patterns of a `case` that sets `choices` to the values of a scenario's keys, for those that have some.
std::string choices_of_keys() {
    std::string cases;
    for (const scenario::Key& key : scenario::schema()) {
        const auto* names = std::get_if<scenario::Choices>(&key.allowed);
        if (names != nullptr) cases += fmt::format("            {}) choices='{}' ;;\n", key.name, words((*names)()));
    }
    return cases;
}

// Bash parts words at "=", so that a value is a word of its own; and where it quotes file names, it would put a
// backslash before the "=" of a key.
std::string completion(const CLI::App& program) {
    std::vector<std::string> names;
    std::string cases;
    for (const CLI::App* command : subcommands_of(program)) {
        names.push_back(command->get_name());
        cases += fmt::format("        {}) options='{}' ;;\n", command->get_name(), words(long_options(*command)));
    }
    std::vector<std::string> keys;
    for (const scenario::Key& key : scenario::schema()) keys.push_back(std::string(key.name) + "=");
    return fmt::format(R"(# bash completion for eigenflow, made by `eigenflow completion`
_eigenflow() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]}} options= key= choices=
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W '{} {}' -- "$word")
        return
    fi
    case $command in
{}    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
        return
    fi
    if [[ $word == = ]]; then
        word= key=${{COMP_WORDS[COMP_CWORD - 1]}}
    elif [[ ${{COMP_WORDS[COMP_CWORD - 1]}} == = ]]; then
        key=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    if [[ $key ]]; then
        case $key in
{}        esac
        if [[ $choices ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
        fi
        return
    fi
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    if ((COMP_CWORD > 2)) && [[ $command =~ ^(run|sweep|check|fit|measure)$ ]]; then
        local keys
        mapfile -t keys < <(compgen -W '{}' -- "$word")
        ((${{#keys[@]}})) && compopt -o nospace +o filenames
        COMPREPLY+=("${{keys[@]}}")
    fi
}}
complete -o filenames -F _eigenflow eigenflow
)",
                       words(names), words(long_options(program)), cases, choices_of_keys(), words(keys));
}

// Not shown by --help: packages call them.
void add_hidden(CLI::App& program, const char* name, const char* about, std::string (*text)(const CLI::App&),
                int& exit_code) {
    CLI::App* command = program.add_subcommand(name, about);
    command->group("");
    command->callback([&program, text, &exit_code] { exit_code = print_data(text(program)); });
}

}  // namespace

void add_manual(CLI::App& program, int& exit_code) {
    add_hidden(program, "manual", "The man page, as roff", man_page, exit_code);
    add_hidden(program, "completion", "The completion of bash", completion, exit_code);
}

}  // namespace eigenflow::cli

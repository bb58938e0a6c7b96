#include "usage_error.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/core/nearest_name.hpp"

namespace eigenflow::cli {
namespace {

std::vector<std::string> options_of(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
        for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    }
    return names;
}

// "did you mean --threads? ", or nothing where no name is near.
std::string nearest_of(std::string_view word, const std::vector<std::string>& names) {
    const std::vector<std::string> near = nearest(word, names);
    return near.empty() ? "" : did_you_mean(near) + " ";
}

std::string unknown_command(const CLI::App& program, const std::string& word) {
    std::vector<std::string> names;
    std::string list;
    for (const CLI::App* command : program.get_subcommands({})) {
        names.push_back(command->get_name());
        list += (list.empty() ? "" : ", ") + names.back();
    }
    if (word.starts_with("-")) {
        return word + ": eigenflow itself has no such option: " + nearest_of(word, options_of(program)) +
               "(begin with a command, one of " + list + ")";
    }
    return "\"" + word + "\" is not a command: " + nearest_of(word, names) + "use one of " + list +
           " (eigenflow --help shows examples)";
}

// The first word that looks like an option and is none of the command's; empty where there is none.
std::string unknown_option(const std::vector<std::string>& options, std::span<char* const> words) {
    for (const char* word : words) {
        const std::string option(std::string_view(word).substr(0, std::string_view(word).find('=')));
        if (option == "--") return {};
        const bool known = std::find(options.begin(), options.end(), option) != options.end();
        if (option.size() > 1 && option.front() == '-' && !known) return option;
    }
    return {};
}

}  // namespace

Error usage_error(const CLI::App& program, const CLI::ParseError& error, std::span<char* const> words) {
    if (words.size() == 1) return {ErrorKind::usage, "say what to do: eigenflow --help shows the commands"};
    const std::string name = words[1];
    const auto commands = program.get_subcommands({});
    const auto command = std::find_if(commands.begin(), commands.end(), [&](auto* c) { return c->get_name() == name; });
    if (command == commands.end()) return {ErrorKind::usage, unknown_command(program, name)};
    const std::string help = "(eigenflow " + name + " --help shows the options)";
    if (dynamic_cast<const CLI::ExtrasError*>(&error)) {
        const std::vector<std::string> options = options_of(**command);
        const std::string option = unknown_option(options, words.subspan(2));
        if (!option.empty()) {
            return {ErrorKind::usage,
                    option + ": eigenflow " + name + " has no such option: " + nearest_of(option, options) + help};
        }
    }
    std::string sentence = error.what();
    while (!sentence.empty() && (sentence.back() == '\n' || sentence.back() == ' ')) sentence.pop_back();
    std::replace(sentence.begin(), sentence.end(), '\n', ' ');
    return {ErrorKind::usage, sentence + " " + help};
}

}  // namespace eigenflow::cli

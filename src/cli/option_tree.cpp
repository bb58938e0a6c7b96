#include "option_tree.hpp"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "standard_output.hpp"

namespace eigenflow::cli {

std::vector<const CLI::App*> shown_commands(const CLI::App& program) {
    std::vector<const CLI::App*> shown;
    for (const CLI::App* command : program.get_subcommands({})) {
        if (!command->get_group().empty()) shown.push_back(command);
    }
    return shown;
}

std::string type_text(const CLI::Option& option) {
    if (option.get_items_expected_max() == 0) return {};
    const std::string type = option.get_type_name();
    return type.substr(type.find(':') + 1);  // all of it where there is none
}

void add_hidden(CLI::App& program, const char* name, const char* about, std::string (*text)(const CLI::App&),
                int& exit_code) {
    CLI::App* command = program.add_subcommand(name, about);
    command->group("");
    command->callback([&program, text, &exit_code] { exit_code = print_data(text(program)); });
}

}  // namespace eigenflow::cli

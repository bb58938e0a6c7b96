#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "eigenflow/scenario/emit.hpp"
#include "standard_output.hpp"

namespace eigenflow::cli {

void add_reference(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("reference", R"(Print every scenario key with default, range and meaning

Examples:
  eigenflow reference
  eigenflow reference > my_scenario.toml)");
    command->callback([&exit_code] { exit_code = print_data(scenario::reference_toml()); });
}

}  // namespace eigenflow::cli

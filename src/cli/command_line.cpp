#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <exception>
#include <string>

#include "commands.hpp"
#include "exit_codes.hpp"
#include "version_information.hpp"

namespace eigenflow::cli {
namespace {

constexpr std::array registry = {&add_run,     &add_sweep, &add_check,   &add_reference, &add_spectrum,
                                 &add_measure, &add_fit,   &add_compare, &add_suggest};

constexpr const char* about = R"(eigenflow: how linear diffusion models learn, mode by mode

Examples:
  eigenflow run scenarios/01_power_law.toml
  eigenflow run scenarios/01_power_law.toml network.init=0.5 --out runs/larger-start
  eigenflow sweep scenarios/01_power_law.toml network.init=0.01,0.1,0.5
  eigenflow check my_scenario.toml
  eigenflow spectrum images.npy --out spectrum.csv
  eigenflow measure --data train.npy --samples 'samples_*.npy' --out measured
  eigenflow fit runs/01_power_law fit.estimators=[\"robust\"]
  eigenflow compare runs/one-layer runs/two-layer
  eigenflow suggest spectrum.csv
  eigenflow reference > my_scenario.toml)";

// CLI11's message for an unknown word is "The following argument was not expected", which does not say what is.
std::string unknown_command(const CLI::App& program, const std::string& word) {
    std::string names;
    for (const CLI::App* command : program.get_subcommands({})) {
        names += names.empty() ? "" : ", ";
        names += command->get_name();
    }
    return "\"" + word + "\" is not a command: use one of " + names + " (eigenflow --help shows examples)";
}

int usage_error(const CLI::App& program, const CLI::ParseError& error, int argc, char** argv) {
    if (argc == 1) return report({ErrorKind::usage, "say what to do: eigenflow --help shows the commands"});
    const auto commands = program.get_subcommands({});
    const bool known =
        std::any_of(commands.begin(), commands.end(), [&](const CLI::App* c) { return c->get_name() == argv[1]; });
    if (!known) return report({ErrorKind::usage, unknown_command(program, argv[1])});
    std::string sentence = error.what();
    while (!sentence.empty() && (sentence.back() == '\n' || sentence.back() == ' ')) sentence.pop_back();
    std::replace(sentence.begin(), sentence.end(), '\n', ' ');
    return report({ErrorKind::usage, sentence + " (eigenflow " + argv[1] + " --help shows the options)"});
}

}  // namespace

std::span<const AddCommand> commands() { return registry; }

int run_command_line(int argc, char** argv) {
    CLI::App program(about, "eigenflow");
    program.set_version_flag("--version", fmt::format("eigenflow {} ({}{})", version::number, version::git_revision,
                                                      version::git_dirty ? ", modified" : ""));
    program.require_subcommand(1);
    int exit_code = done;
    try {
        for (const AddCommand add : commands()) add(program, exit_code);
        program.parse(argc, argv);
        return exit_code;
    } catch (const CLI::Success& request) {  // --help, --version
        return program.exit(request) == 0 ? done : bug;
    } catch (const CLI::ParseError& error) {
        return usage_error(program, error, argc, argv);
    } catch (const std::bad_alloc&) {
        return report({ErrorKind::numerics, "out of memory: use fewer modes, fewer times or less output.modes"});
    } catch (const std::exception& error) {
        return report({ErrorKind::internal, std::string("this is a bug: ") + error.what()});
    }
}

}  // namespace eigenflow::cli

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <array>
#include <exception>
#include <new>
#include <sstream>
#include <string>

#include "commands.hpp"
#include "exit_codes.hpp"
#include "standard_output.hpp"
#include "usage_error.hpp"
#include "version_information.hpp"

namespace eigenflow::cli {
namespace {

constexpr std::array registry = {&add_run, &add_sweep,   &add_check,   &add_reference, &add_spectrum,  &add_measure,
                                 &add_fit, &add_compare, &add_suggest, &add_manual,    &add_completion};

constexpr const char* about = R"(eigenflow: how linear diffusion models learn, mode by mode

Examples:
  eigenflow run scenarios/01_power_law.toml
  eigenflow run scenarios/01_power_law.toml network.init=0.5 --out runs/larger-start
  eigenflow sweep scenarios/01_power_law.toml network.init=0.01,0.1,0.5
  eigenflow check my_scenario.toml
  eigenflow spectrum images.npy --out spectrum.csv
  eigenflow measure --data train.npy --samples 'samples_*.npy' --out measured
  eigenflow fit runs/power-law fit.estimators=robust
  eigenflow compare runs/one-layer runs/two-layer
  eigenflow suggest spectrum.csv
  eigenflow reference > my_scenario.toml)";

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
        std::ostringstream text;
        return program.exit(request, text, text) == 0 ? print_data(text.str()) : bug;
    } catch (const CLI::ParseError& error) {
        return report(usage_error(program, error, {argv, static_cast<std::size_t>(argc)}));
    } catch (const std::bad_alloc&) {
        return report({ErrorKind::numerics, out_of_memory});
    } catch (const std::exception& error) {
        return report({ErrorKind::internal, std::string("this is a bug: ") + error.what()});
    }
}

}  // namespace eigenflow::cli

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "commands.hpp"
#include "eigenflow/scenario/emit.hpp"
#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/run.hpp"
#include "exit_codes.hpp"
#include "standard_output.hpp"

namespace eigenflow::cli {
namespace {

constexpr const char* about = R"(Validate a scenario and print it with every key resolved; writes nothing

Examples:
  eigenflow check scenarios/01_power_law.toml
  eigenflow check s.toml objective.preconditioning=edm)";

int execute(const std::string& path, const std::vector<std::string>& overrides) {
    const auto scenario = scenario::load_scenario(path, overrides);
    if (!scenario) return report(scenario.error());
    if (auto ready = scenario::check(*scenario); !ready) return report_on(path, ready.error());
    return print_data(scenario::to_toml(*scenario));
}

}  // namespace

void add_check(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("check", about);
    const auto path = std::make_shared<std::string>();
    const auto overrides = std::make_shared<std::vector<std::string>>();
    command->add_option("scenario", *path, "Scenario file (TOML)")->required();
    command->add_option("key=value", *overrides, "Overrides with dotted keys; eigenflow reference lists the keys");
    command->callback([path, overrides, &exit_code] { exit_code = execute(*path, *overrides); });
}

}  // namespace eigenflow::cli

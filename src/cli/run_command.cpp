#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "eigenflow/io/progress.hpp"
#include "eigenflow/io/run_directory.hpp"
#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/run.hpp"
#include "eigenflow/scenario/run_files.hpp"
#include "exit_codes.hpp"
#include "failed_numerics.hpp"
#include "law_summary.hpp"
#include "options.hpp"
#include "stop_signals.hpp"

namespace eigenflow::cli {
namespace {

struct RunArguments {
    std::string scenario;
    std::vector<std::string> overrides;
    std::optional<std::string> out;
    bool force = false;
    WorkOptions work{};
};

constexpr const char* about =
    R"(Simulate a scenario, find when modes emerge, fit the power law, and write a run directory

Examples:
  eigenflow run scenarios/01_power_law.toml
  eigenflow run s.toml network.architecture=symmetric-two-layer network.init=0.01
  eigenflow run s.toml training.solver=ode --out runs/by-ode --threads 2 --force)";

void summarise(const scenario::Run& run, const std::filesystem::path& directory) {
    for (const std::string& note : run.notes) fmt::print(stderr, "eigenflow: {}\n", note);
    summarise_laws(run.power_laws);
    fmt::print(stderr, "eigenflow: {} modes by {} in {:.2f} s: {}\n", run.spectrum.modes(), run.simulation.solver,
               run.seconds, directory.string());
}

// The nearest directory of the path that is there already.
std::filesystem::path existing_part(std::filesystem::path directory) {
    std::error_code ignored;
    while (!directory.empty() && !std::filesystem::exists(directory, ignored)) directory = directory.parent_path();
    return directory;
}

// Undoes the making of directories, from the innermost outwards, as long as they are empty.
void remove_empty(std::filesystem::path directory, const std::filesystem::path& kept) {
    std::error_code failed;
    for (; directory != kept; directory = directory.parent_path()) {
        std::filesystem::remove(directory, failed);
        if (failed) return;
    }
}

int execute(const RunArguments& arguments) {
    const auto scenario = scenario::load_scenario(arguments.scenario, arguments.overrides);
    if (!scenario) return report(scenario.error());
    const std::filesystem::path directory =
        arguments.out ? std::filesystem::path(*arguments.out) : std::filesystem::path("runs") / scenario->name;
    auto inputs = scenario::check(*scenario);
    if (!inputs) return report_on(arguments.scenario, inputs.error());
    const std::filesystem::path before = existing_part(directory);
    std::optional<scenario::RunFiles> files(std::in_place, directory, arguments.work.workers());
    StopSignals stop([&](const char* signal) {
        remove_empty(directory, before);
        std::error_code ignored;
        if (std::filesystem::exists(directory / "manifest.json", ignored)) {
            return fmt::format("stopped by {}: {} keeps the run that was there before", signal, directory.string());
        }
        const bool begun = std::filesystem::exists(directory / "scenario.toml", ignored);
        return fmt::format("stopped by {}: {} holds no complete run; run it again{}", signal, directory.string(),
                           begun && !arguments.force ? " with --force" : "");
    });
    const auto give_up = [&](const Error& error) {
        stop.ignore();
        files.reset();  // its temporaries are in the directory
        remove_empty(directory, before);
        return report_on(arguments.scenario, error);
    };
    if (auto ready = io::prepare_output_directory(directory, arguments.force); !ready) return give_up(ready.error());

    std::optional<io::Progress> progress;
    std::once_flag first_block;  // the number of modes is known when the first block of them is done
    const auto advance = [&](std::size_t modes, std::size_t total) {
        std::call_once(first_block, [&] {
            progress.emplace("modes", total, arguments.work.quiet ? io::silent() : io::standard_error());
        });
        progress->advance(modes);
    };
    const auto run =
        scenario::run(*scenario, {.threads = arguments.work.workers(),
                                  .inputs = std::move(*inputs),
                                  .progress = advance,
                                  .simulated = [&](const scenario::Run& made) { return files->add_simulation(made); }});
    if (progress) progress->finish();
    if (!run) return give_up(run.error());
    if (auto written = files->finish(*run, stop.uninterrupted()); !written) return give_up(written.error());
    if (!arguments.work.quiet) summarise(*run, directory);
    return report_failures(*run);
}

}  // namespace

void add_run(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("run", about);
    const auto arguments = std::make_shared<RunArguments>();
    command->add_option("scenario", arguments->scenario, "Scenario file (TOML)")->required();
    command->add_option("key=value", arguments->overrides,
                        "Overrides with dotted keys; eigenflow reference lists the keys");
    command->add_option("--out", arguments->out, "Run directory [runs/<name of the scenario>]");
    command->add_flag("--force", arguments->force, "Replace a run that is there already");
    add_work_options(*command, arguments->work);
    command->callback([arguments, &exit_code] { exit_code = execute(*arguments); });
}

}  // namespace eigenflow::cli

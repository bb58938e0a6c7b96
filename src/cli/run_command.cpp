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
#include "say.hpp"
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
    for (const std::string& note : run.notes) say(note);
    summarise_laws(run.power_laws);
    say(fmt::format("{} modes by {} in {:.2f} s: {}", run.spectrum.modes(), run.simulation.solver, run.seconds,
                    directory.string()));
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
    std::filesystem::path directory;
    std::filesystem::path before;
    std::optional<scenario::RunFiles> files;
    StopSignals stop;
    const auto scenario = scenario::load_scenario(arguments.scenario, arguments.overrides);
    if (!scenario) return report(scenario.error());
    auto inputs = scenario::check(*scenario);
    if (!inputs) return report_on(arguments.scenario, inputs.error());
    directory = arguments.out ? std::filesystem::path(*arguments.out) : std::filesystem::path("runs") / scenario->name;
    before = existing_part(directory);
    files.emplace(directory, arguments.work.workers());
    stop.begin([&] {
        remove_empty(directory, before);
        std::error_code ignored;
        const bool kept = std::filesystem::exists(directory / "manifest.json", ignored);
        return directory.string() +
               (kept ? " keeps the run that was there before" : " holds no complete run; run it again");
    });
    const auto give_up = [&](const Error& error) {
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
    const std::optional<Error> failures = failures_of(*run);
    const int code = failures ? numerics : done;
    if (auto written = files->finish(*run, stop.uninterrupted(code)); !written) return give_up(written.error());
    if (!arguments.work.quiet) summarise(*run, directory);
    if (failures) report(*failures);
    return code;
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

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "eigenflow/io/progress.hpp"
#include "eigenflow/scenario/sweep.hpp"
#include "exit_codes.hpp"
#include "options.hpp"
#include "say.hpp"
#include "stop_signals.hpp"

namespace eigenflow::cli {
namespace {

struct SweepArguments {
    std::string scenario;
    std::vector<std::string> assignments;
    std::optional<std::string> out;
    bool resume = false;
    bool force = false;
    WorkOptions work{};
};

constexpr const char* about =
    R"(Run every combination of some values: a run directory each, and their emergence.csv and power_law.csv in one

Examples:
  eigenflow sweep s.toml network.init=0.01,0.1,0.5
  eigenflow sweep s.toml network.architecture=one-layer,symmetric-two-layer network.init=0.01,0.1 data.modes=64
  eigenflow sweep s.toml emergence.thresholds=geometric,[harmonic,settling] data.variances=[1,0.1],[3,0.3]
  eigenflow sweep s.toml network.init=0.01,0.1,0.5 --resume)";

// The folder of the scenario's name, which a sweep over names does not have.
std::filesystem::path default_directory(const scenario::Sweep& sweep) {
    for (const scenario::SweepPoint& point : sweep.points) {
        if (point.scenario) return std::filesystem::path("runs") / (point.scenario->name + "-sweep");
    }
    return "runs/sweep";
}

void summarise(const scenario::Sweep& sweep, const scenario::SweepOutcome& outcome,
               const std::filesystem::path& directory, double seconds, bool quiet) {
    if (!quiet) {
        say(fmt::format("{} points, {} of them computed in {:.2f} s and {} found finished: {}", sweep.points.size(),
                        outcome.computed, seconds, outcome.found, directory.string()));
    }
    if (outcome.failures.empty()) return;
    const scenario::SweepFailure& first = outcome.failures.front();
    report(
        {ErrorKind::numerics,
         fmt::format("{} of {} points have no whole result, the first is point {} ({}): points.csv in {} says "
                     "why, the others are good",
                     outcome.failures.size(), sweep.points.size(), first.point + 1, first.reason, directory.string())});
}

int execute(const SweepArguments& arguments) {
    using scenario::EarlierSweep;
    if (arguments.resume && arguments.force) {
        return report({ErrorKind::usage, "--resume keeps what is finished and --force replaces it: give one of them"});
    }
    const auto start = std::chrono::steady_clock::now();
    auto sweep = Result<scenario::Sweep>(Error{});
    std::filesystem::path directory;
    StopSignals stop;
    sweep = scenario::plan_sweep(arguments.scenario, arguments.assignments);
    if (!sweep) return report(sweep.error());
    directory = arguments.out ? std::filesystem::path(*arguments.out) : default_directory(*sweep);
    stop.begin([&] {
        return fmt::format("{} of {} points are finished in {}; go on with the same command and --resume",
                           scenario::count_finished(directory, *sweep), sweep->points.size(), directory.string());
    });
    const EarlierSweep earlier = arguments.resume  ? EarlierSweep::resumed
                                 : arguments.force ? EarlierSweep::replaced
                                                   : EarlierSweep::refused;
    if (auto ready = scenario::prepare_sweep_directory(directory, *sweep, earlier); !ready) {
        return report(ready.error());
    }
    std::optional<io::Progress> progress;
    const auto advance = [&](std::size_t points, std::size_t total) {
        if (points == 0) progress.emplace("points", total, arguments.work.quiet ? io::silent() : io::standard_error());
        progress->advance(points);
    };
    const auto outcome =
        scenario::run_sweep(*sweep, directory, {.threads = arguments.work.workers(), .progress = advance});
    if (progress) progress->finish();
    if (!outcome) return report(outcome.error());
    const int code = outcome->failures.empty() ? done : numerics;
    stop.finished(code);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    summarise(*sweep, *outcome, directory, elapsed.count(), arguments.work.quiet);
    return code;
}

}  // namespace

void add_sweep(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("sweep", about);
    const auto arguments = std::make_shared<SweepArguments>();
    command->add_option("scenario", arguments->scenario, "Scenario file (TOML)")->required();
    command->add_option(
        "key=values", arguments->assignments,
        "Swept keys key=v1,v2,... and overrides key=value for every point; eigenflow reference lists the keys");
    command->add_option("--out", arguments->out, "Directory of the sweep [runs/<name of the scenario>-sweep]");
    command->add_flag("--resume", arguments->resume,
                      "Go on with the sweep that is there: its finished points are kept");
    command->add_flag("--force", arguments->force, "Replace a sweep that is there already");
    add_work_options(*command, arguments->work);
    command->callback([arguments, &exit_code] { exit_code = execute(*arguments); });
}

}  // namespace eigenflow::cli

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "eigenflow/io/run_directory.hpp"
#include "eigenflow/scenario/refit.hpp"
#include "exit_codes.hpp"
#include "law_summary.hpp"
#include "options.hpp"
#include "say.hpp"

namespace eigenflow::cli {
namespace {

namespace fs = std::filesystem;

struct FitArguments {
    std::string source;
    std::vector<std::string> overrides;
    std::optional<int> samples;
    std::optional<std::string> out;
    bool force = false;
    WorkOptions work{};
};

constexpr const char* about = R"(Emergence times and power laws again, from CSV alone

Reads the variance.csv of a run directory, or any CSV file with the columns tau, mode, target_variance, variance (and
standard_error, where variances are estimates), and writes emergence.csv, power_law.csv and manifest.json.

Examples:
  eigenflow fit runs/power-law
  eigenflow fit runs/power-law emergence.thresholds=arithmetic fit.estimators=[ols,robust]
  eigenflow fit my_variance.csv --samples 2000 --out fits/mine)";

int execute(const FitArguments& arguments) {
    const fs::path source = arguments.source;
    const auto result = scenario::refit({source, arguments.overrides, arguments.samples}, arguments.work.workers());
    if (!result) return report(result.error());
    const fs::path directory = arguments.out ? fs::path(*arguments.out) : result->file.parent_path() / "fit";
    if (auto ready = io::prepare_output_directory(directory, arguments.force, scenario::refit_files); !ready) {
        return report(ready.error());
    }
    if (auto written = scenario::write_refit(directory, *result); !written) return report(written.error());
    if (arguments.work.quiet) return done;
    for (const std::string& note : result->notes) say(note);
    summarise_laws(result->power_laws);
    say(fmt::format("{} modes at {} times of {}: {}", result->modes, result->times, result->file.string(),
                    directory.string()));
    return done;
}

}  // namespace

void add_fit(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("fit", about);
    const auto arguments = std::make_shared<FitArguments>();
    command->add_option("source", arguments->source, "Run directory, or a CSV file like variance.csv")->required();
    command->add_option("key=value", arguments->overrides,
                        "emergence.key=value and fit.key=value; they start from the run's own");
    command
        ->add_option("--samples", arguments->samples,
                     "Generated samples behind every variance: standard error variance sqrt(2/(n-1)) (n >= 2)")
        ->check(CLI::Range(2, 2'000'000'000));
    command->add_option("--out", arguments->out, "Directory to write [fit, beside the variance.csv]");
    command->add_flag("--force", arguments->force, "Replace a fit that is there already");
    add_work_options(*command, arguments->work);
    command->callback([arguments, &exit_code] { exit_code = execute(*arguments); });
}

}  // namespace eigenflow::cli

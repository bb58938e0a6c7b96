#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "eigenflow/io/file_group.hpp"
#include "eigenflow/io/run_directory.hpp"
#include "eigenflow/scenario/comparison_files.hpp"
#include "exit_codes.hpp"
#include "say.hpp"

namespace eigenflow::cli {
namespace {

struct CompareArguments {
    std::vector<std::string> runs;
    std::optional<std::string> out;
    double confidence = 0.95;
    bool fit_rate = false;
    bool times = false;
    bool force = false;
    bool quiet = false;
};

constexpr const char* about = R"(Emergence times and exponents of runs, side by side with those of the first

Reads emergence.csv and power_law.csv of every directory (written by run, measure or fit). Without --out the table of
exponents goes to stdout, or with --times that of tau* mode by mode; with --out they are exponents.csv and times.csv. To
hold a theory against an experiment name the theory first: --fit-rate then finds its effective learning rate.

Examples:
  eigenflow compare runs/one-layer runs/two-layer
  eigenflow compare runs/theory runs/measured --fit-rate --times
  eigenflow compare runs/theory runs/measured --fit-rate --out comparisons/theory-measured)";

std::string counted_modes(std::size_t count) { return count == 1 ? "one mode" : fmt::format("{} modes", count); }

void summarise(const std::vector<analysis::RunResult>& runs, const analysis::Comparison& comparison) {
    for (const analysis::PairedComparison& p : comparison.paired) {
        std::string line = fmt::format("{} / {}, {} {}: tau* x{:.4g}", runs[p.run].name, runs.front().name,
                                       analysis::name_of(p.criterion), analysis::name_of(p.direction), p.ratio);
        if (!std::isnan(p.ratio_low)) line += fmt::format(" [{:.4g}, {:.4g}]", p.ratio_low, p.ratio_high);
        line += " over " + counted_modes(p.modes);
        if (!std::isnan(p.difference)) line += fmt::format("; exponent {:+.4f}", p.difference);
        if (!std::isnan(p.p_value)) {
            line += fmt::format(" +- {:.4f} (p = {:.2g}: {})", p.difference_se, p.p_value,
                                p.differ ? "the exponents differ" : "no significant difference");
        }
        say(line);
    }
}

void summarise_rates(const std::vector<analysis::RunResult>& runs, const analysis::Comparison& comparison,
                     double confidence) {
    for (const analysis::EffectiveRate& r : comparison.rates) {
        const std::string rate =
            fmt::format("{}, {}: as {} at {:.4g}", runs[r.run].name,
                        r.criterion ? analysis::name_of(*r.criterion) : "all criteria", runs.front().name, r.rate);
        if (std::isnan(r.rate_se)) {
            say(fmt::format("{} times its learning rate ({}: no standard error)", rate, counted_modes(r.modes)));
        } else {
            say(fmt::format("{} +- {:.2g} times its learning rate ({}, which scatter about it by a factor of {:.3g})",
                            rate, r.rate_se, counted_modes(r.modes), std::exp(r.scatter)));
        }
        if (r.direction_p < 1.0 - confidence) {
            say(
                fmt::format("{}, {}: rising and falling modes do not share that rate (tau* x{:.3g} in rising over "
                            "falling modes, p = {:.2g})",
                            runs[r.run].name, analysis::name_of(*r.criterion), r.direction_ratio, r.direction_p));
        }
    }
}

int execute(const CompareArguments& arguments) {
    std::vector<analysis::RunResult> runs;
    for (const std::string& path : arguments.runs) {
        auto run = scenario::read_run_result(path);
        if (!run) return report(run.error());
        runs.push_back(std::move(*run));
    }
    const analysis::Comparison comparison = analysis::compare_runs(runs, arguments.confidence);
    if (arguments.out) {
        const std::filesystem::path directory = *arguments.out;
        const auto ready = io::prepare_output_directory(directory, arguments.force, scenario::comparison_files);
        if (!ready) return report(ready.error());
        const auto written =
            scenario::write_comparison(directory, runs, comparison, arguments.confidence, arguments.fit_rate);
        if (!written) return report(written.error());
    } else {
        io::FileGroup files;
        auto written = arguments.times
                           ? scenario::write_times("/dev/stdout", runs, comparison, arguments.fit_rate, files)
                           : scenario::write_exponents("/dev/stdout", runs, comparison, files);
        if (written) written = files.commit();
        if (!written) return report(written.error());
    }
    if (arguments.quiet) return done;
    for (const std::string& note : scenario::notes_on(runs, comparison)) say(note);
    summarise(runs, comparison);
    if (arguments.fit_rate) summarise_rates(runs, comparison, arguments.confidence);
    return done;
}

}  // namespace

void add_compare(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("compare", about);
    const auto arguments = std::make_shared<CompareArguments>();
    command->add_option("runs", arguments->runs, "Run directories; the first is the reference")
        ->required()
        ->expected(2, -1);
    command->add_option("--out", arguments->out, "Directory for exponents.csv and times.csv [the exponents on stdout]");
    command->add_option("--confidence", arguments->confidence, "Of intervals, and 1 - the level of significance")
        ->check(CLI::Range(1e-6, 1.0 - 1e-6))
        ->capture_default_str();
    command->add_flag(
        "--fit-rate", arguments->fit_rate,
        "One effective learning rate of the reference for all modes: rates.csv, and times.csv scaled by it");
    command->add_flag("--times", arguments->times, "Without --out: tau* mode by mode on stdout, not the exponents");
    command->add_flag("--force", arguments->force, "Replace a comparison that is there already");
    command->add_flag("--quiet", arguments->quiet, "No summary on stderr; errors are still shown");
    command->callback([arguments, &exit_code] { exit_code = execute(*arguments); });
}

}  // namespace eigenflow::cli

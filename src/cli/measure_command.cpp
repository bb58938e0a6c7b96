#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "eigenflow/io/progress.hpp"
#include "eigenflow/scenario/measure.hpp"
#include "exit_codes.hpp"
#include "law_summary.hpp"
#include "options.hpp"
#include "say.hpp"
#include "stop_signals.hpp"

namespace eigenflow::cli {
namespace {

struct MeasureArguments {
    scenario::MeasureRequest request;
    std::string basis = "pca";
    std::string out;
    bool center_scale = true;
    bool patch_options = false;  ///< --patch or --stride are given
    bool resume = false;
    bool force = false;
    WorkOptions work{};
};

constexpr const char* about = R"(Which modes a trained network has learned when, from samples at its checkpoints

Takes the training data's mean and modes, and writes for the samples of every checkpoint the variance along the modes
(variance.csv), alignment (alignment.csv) and deviation of the mean (mean.csv); then emergence times and power laws, as
run does. NPY files of shape (n, d), (n, h, w) or (n, h, w, c) are read in blocks and may be larger than memory.

Examples:
  eigenflow measure --data train.npy --samples 'samples_*.npy' --out measured
  eigenflow measure --data train.npy --samples 'samples_*.npy' --learning-rate 1e-4 --out measured emergence.smoothing=1
  eigenflow measure --data cifar.npy --samples 'ckpt_*.npy' --basis patch --patch 8 --stride 4 --out patches
  eigenflow measure --data train.npy --samples 'final.npy' 'epoch*.npy' --steps steps.csv --top 64 --out measured)";

void summarise(const scenario::Measurement& m, const std::filesystem::path& directory) {
    for (const std::string& note : m.notes) say(note);
    summarise_laws(m.power_laws);
    say(fmt::format("{} modes at {} checkpoints, {} of them measured now and {} found finished: {}", m.spectrum.modes(),
                    m.moments.size(), m.computed, m.moments.size() - m.computed, directory.string()));
}

// What was measured before an error is kept.
int interrupted(Error error, const std::filesystem::path& directory, const scenario::MeasurePlan& plan) {
    const std::size_t finished = scenario::count_measured(directory, plan);
    if (finished > 0) {
        error.message += fmt::format(" ({} of {} checkpoints are finished: go on with the same command and --resume)",
                                     finished, plan.checkpoints.size());
    }
    return report(error);
}

int execute(const MeasureArguments& arguments) {
    using scenario::EarlierMeasurement;
    if (arguments.resume && arguments.force) {
        return report({ErrorKind::usage, "--resume keeps what is finished and --force replaces it: give one of them"});
    }
    if (arguments.patch_options && arguments.basis != "patch") {
        return report(
            {ErrorKind::usage, "--patch and --stride are of --basis patch: give that too, or leave them out"});
    }
    auto plan = Result<scenario::MeasurePlan>(Error{});
    const std::filesystem::path directory = arguments.out;
    StopSignals stop;
    plan = scenario::plan_measurement(arguments.request);
    if (!plan) return report(plan.error());
    stop.begin([&] {
        return fmt::format("{} of {} checkpoints are finished in {}; go on with the same command and --resume",
                           scenario::count_measured(directory, *plan), plan->checkpoints.size(), directory.string());
    });
    const EarlierMeasurement earlier = arguments.resume  ? EarlierMeasurement::resumed
                                       : arguments.force ? EarlierMeasurement::replaced
                                                         : EarlierMeasurement::refused;
    if (auto ready = scenario::prepare_measure_directory(directory, *plan, earlier); !ready) {
        return report(ready.error());
    }
    std::optional<io::Progress> progress;
    const auto advance = [&](std::size_t vectors, std::size_t total) {
        if (vectors == 0)
            progress.emplace("vectors", total, arguments.work.quiet ? io::silent() : io::standard_error());
        progress->advance(vectors);
    };
    const auto measured =
        scenario::measure(*plan, directory, {.threads = arguments.work.workers(), .progress = advance});
    if (progress) progress->finish();
    if (!measured) return interrupted(measured.error(), directory, *plan);
    auto written = scenario::write_measurement(directory, *measured, stop.uninterrupted(done));
    if (!written) return report(written.error());
    if (!arguments.work.quiet) summarise(*measured, directory);
    return done;
}

void add_mode_options(CLI::App& command, MeasureArguments& a) {
    constexpr int most = 1'000'000'000;
    scenario::MeasureRequest& r = a.request;
    command
        .add_option("--basis", a.basis,
                    "Modes: principal components, Fourier modes of gray images, or the PCs of patches")
        ->check(CLI::IsMember({"pca", "fourier", "patch"}))
        ->capture_default_str();
    command.add_option("--top", r.top, "pca, patch: the K leading components only")->check(CLI::Range(1, most));
    command.add_option("--patch", r.patch, "patch: side in pixels")->check(CLI::Range(1, most))->capture_default_str();
    command.add_option("--stride", r.stride, "patch: pixels from one patch to the next")
        ->check(CLI::Range(1, most))
        ->capture_default_str();
    command.add_option("--shape", r.shape, "fourier, for plain vectors: N, or height and width")
        ->expected(1, 2)
        ->check(CLI::Range(1, most));
    command
        .add_option("--leading", r.leading,
                    "Modes of the leading block of alignment.csv [as many as hold 90 % of the variance]")
        ->check(CLI::Range(1, most));
}

}  // namespace

void add_measure(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("measure", about);
    const auto a = std::make_shared<MeasureArguments>();
    scenario::MeasureRequest& r = a->request;
    command->add_option("key=value", r.overrides, "emergence.key=value and fit.key=value");
    command->add_option("--data", r.data, "NPY file of the training data")->required();
    command->add_option("--samples", r.checkpoints.patterns, "NPY files of generated samples, or quoted patterns")
        ->required();
    command->add_option("--steps", r.checkpoints.steps,
                        "CSV file with the columns file,step [step: the last integer in a file's name]");
    command->add_option("--learning-rate", r.checkpoints.learning_rate, "tau = step times this")->capture_default_str();
    add_mode_options(*command, *a);
    const CLI::Option* flag =
        command->add_flag("--center-scale,!--no-center-scale", a->center_scale,
                          "Map 0 ... 255 to [-1, 1] as x/127.5 - 1 [yes for uint8, no for other types]");
    command->add_option("--out", a->out, "Directory to write")->required();
    command->add_flag("--resume", a->resume, "Go on with the measurement that is there: finished checkpoints are kept");
    command->add_flag("--force", a->force, "Replace a measurement that is there already");
    add_work_options(*command, a->work);
    command->callback([a, flag, command, &exit_code] {
        const std::map<std::string, scenario::MeasuredModes> bases = {{"pca", scenario::MeasuredModes::principal},
                                                                      {"fourier", scenario::MeasuredModes::fourier},
                                                                      {"patch", scenario::MeasuredModes::patch}};
        a->request.basis = bases.at(a->basis);
        a->patch_options = command->count("--patch") + command->count("--stride") > 0;
        if (flag->count() > 0) a->request.center_scale = a->center_scale;
        exit_code = execute(*a);
    });
}

}  // namespace eigenflow::cli

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "eigenflow/io/progress.hpp"
#include "eigenflow/scenario/counted_reads.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "exit_codes.hpp"
#include "options.hpp"
#include "say.hpp"

namespace eigenflow::cli {
namespace {

struct SpectrumArguments {
    std::string file;
    std::string out;
    std::string basis = "pca";
    std::optional<int> top;
    std::string channel = "mean";
    bool channel_given = false;
    int channels = 1;
    std::vector<int> shape;
    bool mean = false;
    bool center_scale = true;
    bool center_scale_given = false;
    WorkOptions work{};
};

constexpr const char* about = R"(Mode variances of images or vectors in an NPY file

Reads uint8, int16, int32, int64, float32 and float64 arrays of shape (n, d), (n, h, w) or (n, h, w, c) in blocks.

Examples:
  eigenflow spectrum images.npy --out spectrum.csv
  eigenflow spectrum images.npy --out leading.csv --top 64
  eigenflow spectrum images.npy --out fourier.csv --basis fourier
  eigenflow spectrum images.npy --out colour.csv --basis fourier --channels 3)";

// An option that the basis has no use for.
Result<void> refuse_idle_options(const SpectrumArguments& a) {
    const auto idle = [](const std::string& why) { return Error{ErrorKind::usage, why}; };
    if (a.channels > 1 && (a.basis != "fourier" || a.channel_given)) {
        return idle(a.channel_given ? "--channels keeps all channels, --channel one of them: leave one of the two out"
                                    : "--channels keeps the channels of Fourier modes apart: add --basis fourier, or "
                                      "leave it out");
    }
    if (a.basis == "fourier") {
        if (a.mean) return idle("--mean belongs to principal components: leave it out with --basis fourier");
        return a.top ? idle("--top counts principal components: leave it out with --basis fourier") : Result<void>();
    }
    if (a.mean && a.top) return idle("--mean needs all components: leave out --top or --mean");
    if (a.channel_given) {
        return idle("--channel chooses the images of Fourier modes: add --basis fourier, or leave it out");
    }
    if (!a.shape.empty()) {
        return idle("--shape lays vectors out for Fourier modes: add --basis fourier, or leave it out");
    }
    return {};
}

int execute(const SpectrumArguments& a) {
    if (auto applies = refuse_idle_options(a); !applies) return report(applies.error());
    const bool fourier = a.basis == "fourier";
    std::optional<int> channel;
    if (a.channel != "mean") channel = std::stoi(a.channel);
    auto vectors = scenario::open_vectors(a.file, a.center_scale_given ? std::optional(a.center_scale) : std::nullopt);
    if (!vectors) return report(vectors.error());
    const scenario::SpectrumRequest request{
        .fourier = fourier, .top = a.top, .shape = a.shape, .mean = a.mean, .channel = channel, .channels = a.channels};
    const std::size_t passes = 2 * vectors->source.count;  // the mean, then the variances around it
    io::Progress progress("vectors read", passes, a.work.quiet ? io::silent() : io::standard_error());
    scenario::PlannedReads reads(passes, [&](std::size_t count) { progress.advance(count); });
    vectors->source = scenario::counted(std::move(vectors->source), [&](std::size_t count) { reads(count); });
    std::optional<data::ChannelSpectrum> blocks;
    auto spectrum = Result<data::Spectrum>(Error{});
    if (a.channels > 1) {
        auto measured = scenario::measure_blocks(*vectors, request, a.work.workers());
        if (!measured) return report(measured.error());
        blocks = std::move(*measured);
        spectrum = blocks->modes();
    } else {
        spectrum = scenario::measure_spectrum(*vectors, request, a.work.workers());
    }
    progress.finish();
    if (!spectrum) return report(spectrum.error());
    const auto written = blocks ? scenario::write_blocks(a.out, *blocks) : scenario::write_spectrum(a.out, *spectrum);
    if (!written) return report(written.error());
    if (!a.work.quiet) {
        say(fmt::format("{} vectors of dimension {}, {} modes, their variance {:.6g}, the largest {:.6g}: {}",
                        vectors->source.count, vectors->source.dimension, spectrum->modes(), spectrum->total(),
                        spectrum->largest(), a.out));
    }
    return done;
}

}  // namespace

void add_spectrum(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("spectrum", about);
    const auto a = std::make_shared<SpectrumArguments>();
    command->add_option("file", a->file, "NPY file of images or vectors")->required();
    command->add_option("--out", a->out, "CSV file to write: mode, variance (fourier: frequency_y, frequency_x)")
        ->required();
    command->add_option("--basis", a->basis, "Principal components, or Fourier modes of gray images")
        ->check(CLI::IsMember({"pca", "fourier"}))
        ->capture_default_str();
    command->add_option("--top", a->top, "The K leading components only, without a d x d matrix (1 <= K < d)")
        ->check(whole_number(1, 1'000'000'000));
    command->add_flag("--mean", a->mean, "Also the data's mean along every component, for data.mean = \"measured\"");
    const CLI::Validator number = whole_number(0, 1'000'000);
    const auto mean_or_number = [number](const std::string& text) {
        if (text == "mean") return std::string();
        const std::string problem = number(text);
        return problem.empty() ? problem : problem + ", or mean";
    };
    const CLI::Option* channel =
        command->add_option("--channel", a->channel, "fourier: the mean over channels, or one channel from 0")
            ->check(CLI::Validator(mean_or_number, "{mean} or " + number.get_description(), "channel"))
            ->capture_default_str();
    command
        ->add_option("--channels", a->channels,
                     "fourier: keep the channels apart; writes frequency_y, frequency_x, row, column, re, im")
        ->check(whole_number(1, data::most_channels))
        ->capture_default_str();
    command->add_option("--shape", a->shape, "fourier, for plain vectors: N, or height and width")
        ->expected(1, 2)
        ->check(whole_number(1, 1'000'000'000));
    const CLI::Option* flag =
        command->add_flag("--center-scale,!--no-center-scale", a->center_scale,
                          "Map 0 ... 255 to [-1, 1] as x/127.5 - 1 [yes for uint8, no for other types]");
    add_work_options(*command, a->work);
    command->callback([a, flag, channel, &exit_code] {
        a->channel_given = channel->count() > 0;
        a->center_scale_given = flag->count() > 0;
        exit_code = execute(*a);
    });
}

}  // namespace eigenflow::cli

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "exit_codes.hpp"
#include "options.hpp"

namespace eigenflow::cli {
namespace {

struct SpectrumArguments {
    std::string file;
    std::string out;
    std::string basis = "pca";
    std::optional<int> top;
    std::string channel = "mean";
    std::vector<int> shape;
    bool center_scale = true;
    bool center_scale_given = false;
    WorkOptions work{};
};

constexpr const char* about = R"(Mode variances of images or vectors in an NPY file

Reads uint8, int16, int32, int64, float32 and float64 arrays of shape (n, d), (n, h, w) or (n, h, w, c) in blocks.

Examples:
  eigenflow spectrum images.npy --out spectrum.csv
  eigenflow spectrum images.npy --out leading.csv --top 64
  eigenflow spectrum images.npy --out fourier.csv --basis fourier)";

int execute(const SpectrumArguments& a) {
    const bool fourier = a.basis == "fourier";
    if (fourier && a.top) {
        return report({ErrorKind::usage, "--top counts principal components: leave it out with --basis fourier"});
    }
    std::optional<int> channel;
    if (a.channel != "mean") channel = std::stoi(a.channel);
    const auto vectors =
        scenario::open_vectors(a.file, a.center_scale_given ? std::optional(a.center_scale) : std::nullopt);
    if (!vectors) return report(vectors.error());
    const scenario::SpectrumRequest request{.fourier = fourier, .top = a.top, .shape = a.shape, .channel = channel};
    const auto spectrum = scenario::measure_spectrum(*vectors, request, a.work.workers());
    if (!spectrum) return report(spectrum.error());
    if (auto written = scenario::write_spectrum(a.out, *spectrum); !written) return report(written.error());
    if (!a.work.quiet) {
        fmt::print(stderr,
                   "eigenflow: {} vectors of dimension {}, {} modes, their variance {:.6g}, the largest {:.6g}: {}\n",
                   vectors->source.count, vectors->source.dimension, spectrum->modes(), spectrum->total(),
                   spectrum->largest(), a.out);
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
        ->check(CLI::Range(1, 1'000'000'000));
    command->add_option("--channel", a->channel, "fourier: the mean over channels, or one channel from 0")
        ->check(CLI::IsMember({"mean"}) | CLI::Range(0, 1'000'000))
        ->capture_default_str();
    command->add_option("--shape", a->shape, "fourier, for plain vectors: N, or height and width")
        ->expected(1, 2)
        ->check(CLI::Range(1, 1'000'000'000));
    const CLI::Option* flag =
        command->add_flag("--center-scale,!--no-center-scale", a->center_scale,
                          "Map 0 ... 255 to [-1, 1] as x/127.5 - 1 [yes for uint8, no for other types]");
    add_work_options(*command, a->work);
    command->callback([a, flag, &exit_code] {
        a->center_scale_given = flag->count() > 0;
        exit_code = execute(*a);
    });
}

}  // namespace eigenflow::cli

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "commands.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "eigenflow/scenario/suggest.hpp"
#include "exit_codes.hpp"
#include "options.hpp"

namespace eigenflow::cli {
namespace {

struct SuggestArguments {
    std::string spectrum;
    std::string out = "/dev/stdout";
    scenario::SuggestOptions options{};
    WorkOptions work{};
};

constexpr const char* about = R"(Settings for a diffusion model of data with this spectrum, each with its equation

Prints a CSV table: sigma_data, sigma_max, sigma_min, P_mean, P_std, the largest stable learning rate of every
weighting, the training steps until 50, 90 and 99 % of the variance have emerged, and the sampler's steps.

Examples:
  eigenflow suggest scenarios/spectra/cifar10_pca.csv
  eigenflow suggest runs/power-law/spectrum.csv --tolerance 0.05 --rate 1e-4 --out suggestions.csv)";

int execute(const SuggestArguments& arguments) {
    const auto spectrum = scenario::read_spectrum(arguments.spectrum);
    if (!spectrum) return report(spectrum.error());
    const auto suggestions = scenario::suggest(*spectrum, arguments.options, arguments.work.workers());
    if (!suggestions) return report(suggestions.error());
    if (auto written = scenario::write_suggestions(arguments.out, *suggestions); !written) {
        return report(written.error());
    }
    return done;
}

}  // namespace

void add_suggest(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("suggest", about);
    const auto a = std::make_shared<SuggestArguments>();
    command->add_option("spectrum", a->spectrum, "CSV file with a column variance")->required();
    command->add_option("--out", a->out, "CSV file to write")->capture_default_str();
    command
        ->add_option("--tolerance", a->options.tolerance,
                     "Relative error of learned variances from the ends of the path (0 < tolerance < 1)")
        ->capture_default_str();
    command
        ->add_option("--bias", a->options.bias, "Relative error of variances from the sampler's steps (0 < bias < 1)")
        ->capture_default_str();
    command
        ->add_option("--share", a->options.share,
                     "The leading modes with this part of the variance are to be right (0 < share <= 1)")
        ->capture_default_str();
    command->add_option("--init", a->options.init, "Weight of every mode before training (init > 0)")
        ->capture_default_str();
    command->add_option("--rate", a->options.rate,
                        "Learning rate of the predicted steps (rate > 0) [a tenth of the largest stable one]");
    add_work_options(*command, a->work);
    command->callback([a, &exit_code] { exit_code = execute(*a); });
}

}  // namespace eigenflow::cli

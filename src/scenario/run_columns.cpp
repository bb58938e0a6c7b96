#include <algorithm>
#include <array>

#include "eigenflow/scenario/run_files.hpp"

namespace eigenflow::scenario {
namespace {

constexpr std::string_view tau_unit = "1/(eta data^2)";
constexpr CsvColumn tau = {"tau", tau_unit, "training time"};
constexpr CsvColumn mode = {"mode", "", "mode number, from 1, by falling variance of the data"};

constexpr std::array spectrum = {
    mode,
    CsvColumn{"variance", "data^2", "variance of the data along the mode"},
    CsvColumn{"frequency_y", "cycles per image", "Fourier modes only: signed integer frequency", Only::fourier},
    CsvColumn{"frequency_x", "cycles per image", "Fourier modes only: signed integer frequency", Only::fourier},
    CsvColumn{"component", "", "colour channels only: eigenpair of the frequency's block, from 1, by falling variance",
              Only::channels},
    CsvColumn{"mean", "data", "with data.mean only: mean of the data along the mode", Only::mean},
};
constexpr std::array variance = {
    tau,
    mode,
    CsvColumn{"target_variance", "data^2", "variance of the data along the mode"},
    CsvColumn{"variance", "data^2", "variance of the generated samples along the mode; empty where it failed"},
    CsvColumn{"status", "",
              "ok; imprecise, of exact sampling only: ln variance may be off by more than 1e-12 (coupled modes: 1e-10, "
              "of layers 1e-9), or variance is below 2.3e-308; failed: the manifest says why"},
    CsvColumn{"standard_error", "data^2", "with an ensemble only: of variance", Only::ensemble},
};
constexpr std::array weights = {
    tau,
    CsvColumn{"noise_level", "data on ve", "noise level t of the network"},
    mode,
    CsvColumn{"weight", "", "weight of the mode after training for tau; empty where it failed"},
    CsvColumn{"optimal_weight", "", "the weight that minimises the loss"},
    CsvColumn{"status", "", "ok or failed"},
    CsvColumn{"bias", "data", "with data.mean only: bias of the mode after training for tau", Only::mean},
    CsvColumn{"optimal_bias", "data", "with data.mean only: the bias that minimises the loss", Only::mean},
    CsvColumn{"off_diagonal", "", "coupled modes only: sum of the squared off-diagonal weights of the noise level",
              Only::coupled},
};
constexpr std::array mean = {
    tau,
    mode,
    CsvColumn{"deviation", "data^2", "squared distance between generated and target mean along the mode"},
    CsvColumn{"noise", "data^2", "what an ensemble shows of it where they are equal: variance/samples; else empty"},
    CsvColumn{"mean", "data", "mean of the generated samples along the mode; empty where it failed"},
    CsvColumn{"target_mean", "data", "mean of the data along the mode"},
    CsvColumn{"status", "", "ok or failed"},
    CsvColumn{"standard_error", "data", "with an ensemble only: of mean", Only::ensemble},
};
constexpr std::array alignment = {
    tau,
    CsvColumn{"chi", "", "alignment: 1 if the data's eigenframe diagonalises the generated covariance"},
    CsvColumn{"leading_chi", "", "the same over the leading modes"},
    CsvColumn{"leading_modes", "", "how many those are: they hold 90 % of the data's variance"},
    CsvColumn{"aligned_chi", "", "what an ensemble of an aligned Gaussian shows instead of 1; else empty"},
    CsvColumn{"aligned_leading_chi", "", "the same over the leading modes"},
    CsvColumn{"off_diagonal", "data^4", "sum of the squared off-diagonal entries of the generated covariance"},
    CsvColumn{"status", "", "ok or failed"},
    CsvColumn{"chi_se", "", "with an ensemble only: standard error of chi", Only::ensemble},
    CsvColumn{"leading_chi_se", "", "with an ensemble only: standard error of leading_chi", Only::ensemble},
};
constexpr std::array emergence = {
    CsvColumn{"criterion", "", "geometric, harmonic, arithmetic (first passage) or settling (last entry)"},
    mode,
    CsvColumn{"target_variance", "data^2", "variance of the data along the mode"},
    CsvColumn{"initial_variance", "data^2", "generated variance at tau = 0, exact; empty where it failed"},
    CsvColumn{"final_variance", "data^2", "generated variance at the last tau; empty where it failed"},
    CsvColumn{"limit_variance", "data^2", "generated variance for tau to infinity; empty where it is not known"},
    CsvColumn{"threshold", "data^2", "the variance that has to be crossed; empty where start or target are"},
    CsvColumn{"direction", "", "rising, falling; empty where start or target are"},
    CsvColumn{"gray_zone", "", "initial/target variance lies in the gray zone: tau_star is not reliable"},
    CsvColumn{"overshoot", "", "the variance leaves the range between its start and its end"},
    CsvColumn{"status", "", "emerged, censored, gray-zone, no-crossing, failed"},
    CsvColumn{"tau_star", tau_unit, "emergence time; empty where there is none"},
    CsvColumn{"tau_star_se", tau_unit, "standard error of tau_star, where the variances have one"},
    CsvColumn{"first_passage", tau_unit, "the first time past the threshold, or in the band"},
    CsvColumn{"last_entry", tau_unit, "the time from which the variance stays there, up to observed_until"},
    CsvColumn{"extreme_variance", "data^2", "the variance farthest outside, where overshoot is true"},
    CsvColumn{"extreme_tau", tau_unit, "the time of extreme_variance"},
    CsvColumn{"observed_until", tau_unit, "the last tau with a variance: censored modes emerge later"},
    CsvColumn{"partner", "",
              "Fourier modes: the mode of frequency -k; fits and comparisons count the first of the two"},
};
constexpr std::array power_law = {
    CsvColumn{"criterion", "", "as in emergence.csv"},
    CsvColumn{"direction", "", "rising, falling"},
    CsvColumn{"estimator", "", "how the law was fitted"},
    CsvColumn{"exponent", "", "alpha of tau* = A lambda^-alpha"},
    CsvColumn{"exponent_se", "", "standard error of the exponent"},
    CsvColumn{"ci_low", "", "lower end of the exponent's interval at fit.confidence"},
    CsvColumn{"ci_high", "", "upper end"},
    CsvColumn{"prefactor", "tau data^(2 alpha)", "A"},
    CsvColumn{"floor", "data^2", "lambda_0 of the floor estimator"},
    CsvColumn{"r_squared", "", "coefficient of determination of ln tau*, of emerged modes"},
    CsvColumn{"modes", "", "number of emerged modes fitted; of a Fourier pair, one"},
    CsvColumn{"censored", "",
              "modes of this criterion and direction that had not crossed by the last tau; only censored uses them"},
    CsvColumn{"note", "", "warnings in plain words"},
    CsvColumn{"floor_se", "data^2", "standard error of the floor"},
    CsvColumn{"floor_ci_low", "data^2", "lower end of the floor's interval at fit.confidence"},
    CsvColumn{"floor_ci_high", "data^2", "upper end; empty where the modes do not bound the floor"},
    CsvColumn{"curvature_p", "", "p-value of a quadratic term in ln lambda; empty below 4 modes"},
    CsvColumn{"break_variance", "data^2", "lambda of the best break between two exponents; empty below 10 modes"},
    CsvColumn{"exponent_below", "", "exponent of modes of smaller variance than break_variance"},
    CsvColumn{"exponent_above", "", "exponent of modes of larger variance"},
    CsvColumn{"break_p", "", "p-value of the break, the search for it included; empty with fit.bootstrap = 0"},
};
constexpr std::array distances = {
    tau,
    CsvColumn{"kl", "nat", "KL(generated || data); empty where it is infinite (a mode without variance)"},
    CsvColumn{"w2", "data", "Wasserstein-2 distance between generated and data distribution"},
    CsvColumn{"loss", "",
              "training loss, integrated over noise levels with the objective's weighting; "
              "empty where it is infinite (`inverse-variance` up to pure data)"},
    CsvColumn{"limit_kl", "nat", "KL(generated || what training to tau = infinity generates)"},
    CsvColumn{"limit_w2", "data", "Wasserstein-2 distance to what training to tau = infinity generates"},
    CsvColumn{"sampler_kl", "nat", "KL(generated || exact sampling with the same weights); empty for exact samplers"},
    CsvColumn{"sampler_w2", "data", "Wasserstein-2 distance to exact sampling; empty for exact samplers"},
    CsvColumn{"status", "", "ok; infinite: an empty kl or loss is; failed: a number is missing, the manifest says why"},
    CsvColumn{"kl_se", "nat", "with an ensemble only: standard error of kl; empty where a mode has no variance",
              Only::ensemble},
    CsvColumn{"w2_se", "data", "with an ensemble only: standard error of w2; empty there, and where w2 is 0",
              Only::ensemble},
    CsvColumn{"limit_kl_se", "nat", "with an ensemble only: standard error of limit_kl; empty as these",
              Only::ensemble},
    CsvColumn{"limit_w2_se", "data", "with an ensemble only: standard error of limit_w2; empty as these",
              Only::ensemble},
};
constexpr std::array layers = {
    CsvColumn{"layer", "", "W of one-layer; P and Q of two layers, W = P Q (symmetric-two-layer: W = P P^T)"},
    CsvColumn{"row", "", "of W and P a mode, of Q a unit between the layers; from 1"},
    CsvColumn{"column", "", "of W and Q a mode, of P a unit between the layers; from 1"},
    CsvColumn{"weight", "", "entry at tau = 0 in the data's eigenframe, the same at every noise level"},
};

constexpr std::array files = {
    CsvFile{"spectrum.csv", spectrum},        CsvFile{"variance.csv", variance},
    CsvFile{"weights.csv", weights},          CsvFile{"layers.csv", layers, Only::layers},
    CsvFile{"mean.csv", mean, Only::coupled}, CsvFile{"alignment.csv", alignment, Only::aligned},
    CsvFile{"emergence.csv", emergence},      CsvFile{"power_law.csv", power_law},
    CsvFile{"distances.csv", distances},
};

}  // namespace

bool Parts::has(Only part) const {
    switch (part) {
        case Only::always:
            return true;
        case Only::fourier:
            return fourier;
        case Only::mean:
            return mean;
        case Only::coupled:
            return coupled;
        case Only::ensemble:
            return ensemble;
        case Only::aligned:
            return aligned;
        case Only::channels:
            return channels;
        case Only::layers:
            return layers;
    }
    return false;
}

Parts parts_of(const Run& run) {
    const bool coupled = run.coupled.has_value();
    return {.fourier = run.spectrum.is_fourier(),
            .mean = !run.spectrum.mean().empty(),
            .coupled = coupled,
            .ensemble = coupled && run.coupled->ensemble > 0,
            .aligned = coupled || !run.simulation.coupled.chi.empty(),
            .channels = run.spectrum.channels() > 1,
            .layers = run.scenario.network.init.random && run.spectrum.modes() <= dynamics::largest_covariance};
}

std::span<const CsvFile> run_csv_files() { return files; }

const CsvFile& run_csv_file(std::string_view name) {
    return *std::find_if(files.begin(), files.end(), [&](const CsvFile& f) { return f.name == name; });
}

}  // namespace eigenflow::scenario

#include "eigenflow/scenario/schema.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/data/channel_spectrum.hpp"
#include "eigenflow/dynamics/generated_variance.hpp"
#include "eigenflow/model/registry.hpp"

namespace eigenflow::scenario {

namespace {

using Names = std::vector<std::string>;
Names sources() { return {"power-law", "log-normal", "list", "csv", "images"}; }
Names bases() { return {"pca", "fourier"}; }
Names couplings() { return {"independent", "shared"}; }
Names rules() { return {"gradient-flow", "gradient-descent"}; }
Names training_solvers() { return {"auto", "closed-form", "quadrature", "ode"}; }
Names samplers() {
    Names names = {"exact", "ode"};
    for (std::string& name : dynamics::sampler_names()) names.push_back(std::move(name));
    return names;
}
Names emergence_targets() { return {"data", "limit"}; }

template <auto Section, auto Member>
constexpr auto at() {
    using T = std::remove_cvref_t<decltype(std::declval<Scenario&>().*Section.*Member)>;
    return Access<T>{[](Scenario& s) -> T& { return s.*Section.*Member; },
                     [](const Scenario& s) -> const T& { return s.*Section.*Member; }};
}

constexpr Access<std::string> name_field = {[](Scenario& s) -> std::string& { return s.name; },
                                            [](const Scenario& s) -> const std::string& { return s.name; }};

constexpr std::int64_t most = 10'000'000;  // modes: a run of 200 τ holds 16 GB of variances there
constexpr WholeRange seeds = {0, std::numeric_limits<std::int64_t>::max()};  // what TOML can write
constexpr RealRange finite = {};
constexpr RealRange non_negative = {.low = 0.0};
constexpr RealRange positive = {.low = 0.0, .open = true};
constexpr RealRange fraction = {.low = 0.0, .high = 1.0, .open = true};

// clang-format off
std::vector<Key> run_keys() {
    return {
{.name = "name", .field = name_field,
 .meaning = "names the run and its directory, runs/<name>"},
    };
}

std::vector<Key> data_keys() {
    return {
{.name = "data.source", .field = at<&Scenario::data, &Data::source>(), .allowed = sources,
 .meaning = "where the variances of the data come from; has no default"},
{.name = "data.modes", .field = at<&Scenario::data, &Data::modes>(), .allowed = WholeRange{1, most},
 .meaning = "number of modes", .applies = "power-law, log-normal"},
{.name = "data.exponent", .field = at<&Scenario::data, &Data::exponent>(), .allowed = finite,
 .meaning = "variance_k = largest * k^-exponent", .applies = "power-law"},
{.name = "data.largest", .field = at<&Scenario::data, &Data::largest>(), .allowed = positive,
 .meaning = "the largest variance", .unit = "data²", .applies = "power-law"},
{.name = "data.log_std", .field = at<&Scenario::data, &Data::log_std>(), .allowed = non_negative,
 .meaning = "variances are exp(log_std * normal), sorted, scaled to mean_variance", .applies = "log-normal"},
{.name = "data.mean_variance", .field = at<&Scenario::data, &Data::mean_variance>(), .allowed = positive,
 .meaning = "mean of the variances", .unit = "data²", .applies = "log-normal"},
{.name = "data.seed", .field = at<&Scenario::data, &Data::seed>(), .allowed = seeds,
 .meaning = "seed of the random variances", .applies = "log-normal"},
{.name = "data.variances", .field = at<&Scenario::data, &Data::variances>(), .allowed = non_negative,
 .meaning = "the variances themselves, in any order", .unit = "data²", .applies = "list"},
{.name = "data.file", .field = at<&Scenario::data, &Data::file>(),
 .meaning = "csv: a table with the columns mode, variance (more are ignored); images: .npy; relative to the scenario",
 .applies = "csv, images"},
{.name = "data.basis", .field = at<&Scenario::data, &Data::basis>(), .allowed = bases,
 .meaning = "modes are principal components, or Fourier modes (power-law: |k| = max(norm of the frequency, 1))",
 .applies = "power-law, csv, images"},
{.name = "data.shape", .field = at<&Scenario::data, &Data::shape>(), .allowed = WholeRange{1, most},
 .meaning = "grid of the Fourier modes, [N] or [height, width]", .applies = "basis fourier"},
{.name = "data.mean", .field = at<&Scenario::data, &Data::mean>(), .allowed = finite,
 .meaning = "mean of the data along every mode: none, the data's own, or a list; the network then has a bias", .unit = "data",
 .applies = "one-layer, symmetric-two-layer, two-layer"},
{.name = "data.channels", .field = at<&Scenario::data, &Data::channels>(), .allowed = WholeRange{1, data::most_channels},
 .meaning = "colour channels that are kept apart, a matrix for every frequency; 1: averaged to gray",
 .applies = "convolutions of images or a csv of blocks"},
    };
}

std::vector<Key> network_keys() {
    return {
{.name = "network.architecture", .field = at<&Scenario::network, &Network::architecture>(),
 .allowed = model::architecture_names, .meaning = "how the linear denoiser is built from weights"},
{.name = "network.depth", .field = at<&Scenario::network, &Network::depth>(), .allowed = WholeRange{1, 64},
 .meaning = "number of layers", .applies = "deep"},
{.name = "network.imbalance", .field = at<&Scenario::network, &Network::imbalance>(), .allowed = finite,
 .meaning = "p^2 - q^2 of the two layers, conserved", .applies = "two-layer"},
{.name = "network.kernel", .field = at<&Scenario::network, &Network::kernel>(), .allowed = WholeRange{1, 4095},
 .meaning = "width K of the window (K x K in two dimensions), odd or the full width of the grid", .unit = "pixels", .applies = "patch-convolution"},
{.name = "network.init", .field = at<&Scenario::network, &Network::init>(), .allowed = finite,
 .meaning = "weight Q at tau = 0, the same for every mode or one per mode (patch-convolution: of the centre tap), or layers of normal entries of standard deviation scale/sqrt(modes)"},
{.name = "network.rank", .field = at<&Scenario::network, &Network::rank>(), .allowed = WholeRange{0, most},
 .meaning = "width of the layer between the two; 0 is the number of modes; of an aligned start, the leading modes have it", .applies = "two-layer"},
{.name = "network.residual", .field = at<&Scenario::network, &Network::residual>(),
 .meaning = "adds 1 to the initial weight of every layer"},
    };
}

std::vector<Key> objective_keys() {
    return {
{.name = "objective.path", .field = at<&Scenario::objective, &Objective::path>(), .allowed = model::path_names,
 .meaning = "noise path x_t = a(t) x_0 + s(t) z"},
{.name = "objective.target", .field = at<&Scenario::objective, &Objective::target>(), .allowed = model::target_names,
 .meaning = "what the network regresses on"},
{.name = "objective.preconditioning", .field = at<&Scenario::objective, &Objective::preconditioning>(),
 .allowed = model::preconditioning_names, .meaning = "c_skip, c_out, c_in around the network"},
{.name = "objective.weighting", .field = at<&Scenario::objective, &Objective::weighting>(),
 .allowed = model::weighting_names, .meaning = "weight of every noise level in the loss"},
{.name = "objective.sigma_data", .field = at<&Scenario::objective, &Objective::sigma_data>(), .allowed = positive,
 .meaning = "standard deviation that EDM takes the data to have", .unit = "data", .applies = "edm"},
{.name = "objective.P_mean", .field = at<&Scenario::objective, &Objective::P_mean>(), .allowed = finite,
 .meaning = "mean of ln sigma over the training noise levels", .applies = "lognormal density"},
{.name = "objective.P_std", .field = at<&Scenario::objective, &Objective::P_std>(), .allowed = positive,
 .meaning = "standard deviation of ln sigma over the training noise levels", .applies = "lognormal density"},
{.name = "objective.coupling", .field = at<&Scenario::objective, &Objective::coupling>(), .allowed = couplings,
 .meaning = "how the weights at different noise levels are tied"},
    };
}

std::vector<Key> training_keys() {
    return {
{.name = "training.rule", .field = at<&Scenario::training, &Training::rule>(), .allowed = rules,
 .meaning = "how the weights follow the gradient"},
{.name = "training.learning_rate", .field = at<&Scenario::training, &Training::learning_rate>(), .allowed = positive,
 .meaning = "eta: of the gradient flow, where only eta * tau enters, or a step of gradient descent, tau = eta * step"},
{.name = "training.first", .field = at<&Scenario::training, &Training::first>(), .allowed = positive,
 .meaning = "tau grid: 0, then `points` log-spaced values from here", .unit = "1/(eta data²)"},
{.name = "training.last", .field = at<&Scenario::training, &Training::last>(), .allowed = positive,
 .meaning = "to here", .unit = "1/(eta data²)"},
{.name = "training.points", .field = at<&Scenario::training, &Training::points>(), .allowed = WholeRange{2, 100'000},
 .meaning = "number of tau after 0"},
{.name = "training.times", .field = at<&Scenario::training, &Training::times>(),
 .meaning = "a CSV file with a column tau, as variance.csv of a measured run: its times, and 0, instead of first, last, points"},
{.name = "training.solver", .field = at<&Scenario::training, &Training::solver>(), .allowed = training_solvers,
 .meaning = "auto takes the closed form where there is one"},
    };
}

std::vector<Key> sampling_keys() {
    return {
{.name = "sampling.solver", .field = at<&Scenario::sampling, &Sampling::solver>(), .allowed = samplers,
 .meaning = "how the probability flow is integrated; exact has no step error"},
{.name = "sampling.steps", .field = at<&Scenario::sampling, &Sampling::steps>(), .allowed = WholeRange{2, 1'000'000},
 .meaning = "number of noise levels on ve, of uniform steps in t elsewhere", .applies = "euler, heun, ddim"},
{.name = "sampling.rho", .field = at<&Scenario::sampling, &Sampling::rho>(), .allowed = positive,
 .meaning = "spacing of the noise levels, even in sigma^(1/rho)", .applies = "euler, heun, ddim on ve"},
{.name = "sampling.to_zero", .field = at<&Scenario::sampling, &Sampling::to_zero>(),
 .meaning = "EDM's last step to sigma = 0", .applies = "euler, heun, ddim on ve"},
{.name = "sampling.max_panels", .field = at<&Scenario::sampling, &Sampling::max_panels>(),
 .allowed = WholeRange{1, 10'000'000},
 .meaning = "budget of one integral over the noise levels; rows that need more say imprecise",
 .applies = "exact sampling by quadrature"},
{.name = "sampling.ensemble", .field = at<&Scenario::sampling, &Sampling::ensemble>(),
 .allowed = WholeRange{.low = 2, .high = 100'000'000, .or_zero = true},
 .meaning = "samples pushed through the flow instead of the whole covariance; 0 is none up to 512 modes, 2048 beyond",
 .applies = "modes that couple: data.mean, random init, rank"},
{.name = "sampling.seed", .field = at<&Scenario::sampling, &Sampling::seed>(), .allowed = seeds,
 .meaning = "seed of the ensemble", .applies = "sampling.ensemble"},
{.name = "sampling.noise", .field = at<&Scenario::sampling, &Sampling::noise>(), .allowed = non_negative,
 .meaning = "where sampling starts; the default depends on the path", .unit = "sigma [data] on ve, t elsewhere"},
{.name = "sampling.data", .field = at<&Scenario::sampling, &Sampling::data>(), .allowed = non_negative,
 .meaning = "where sampling ends; the default depends on the path", .unit = "sigma [data] on ve, t elsewhere"},
    };
}

std::vector<Key> emergence_keys() {
    return {
{.name = "emergence.thresholds", .field = at<&Scenario::emergence, &Emergence::thresholds>(),
 .allowed = analysis::criterion_names, .meaning = "when a mode counts as learned"},
{.name = "emergence.target", .field = at<&Scenario::emergence, &Emergence::target>(), .allowed = emergence_targets,
 .meaning = "what a mode emerges towards: its variance in the data, or at tau = infinity"},
{.name = "emergence.gray_zone", .field = at<&Scenario::emergence, &Emergence::gray_zone>(), .allowed = positive,
 .meaning = "modes with initial/target variance in this interval are left out of fits"},
{.name = "emergence.settling_band", .field = at<&Scenario::emergence, &Emergence::settling_band>(),
 .allowed = fraction, .meaning = "half-width of the band around the target, relative", .applies = "settling"},
{.name = "emergence.rule", .field = at<&Scenario::emergence, &Emergence::rule>(),
 .allowed = analysis::emergence_rule_names,
 .meaning = "tau_star is where the curve crosses, or the first tau of the grid past the crossing"},
{.name = "emergence.smoothing", .field = at<&Scenario::emergence, &Emergence::smoothing>(),
 .allowed = RealRange{.low = 0.0, .high = 1000.0},
 .meaning = "standard deviation of a Gaussian over the index of the samples; 0 = none", .unit = "samples",
 .applies = "grid, and sampled curves"},
    };
}

std::vector<Key> fit_keys() {
    return {
{.name = "fit.estimators", .field = at<&Scenario::fit, &Fit::estimators>(), .allowed = analysis::estimator_names,
 .meaning = "fits of tau* = A variance^-exponent"},
{.name = "fit.bootstrap", .field = at<&Scenario::fit, &Fit::bootstrap>(), .allowed = WholeRange{0, 1'000'000},
 .meaning = "resamples over modes; 0 = none"},
{.name = "fit.confidence", .field = at<&Scenario::fit, &Fit::confidence>(), .allowed = fraction,
 .meaning = "coverage of the intervals"},
{.name = "fit.seed", .field = at<&Scenario::fit, &Fit::seed>(), .allowed = seeds, .meaning = "seed of the resamples"},
    };
}

std::vector<Key> output_keys() {
    return {
{.name = "output.noise_levels", .field = at<&Scenario::output, &Output::noise_levels>(), .allowed = positive,
 .meaning = "noise levels of weights.csv; the default depends on the path", .unit = "sigma [data] on ve, t elsewhere"},
{.name = "output.modes", .field = at<&Scenario::output, &Output::modes>(), .allowed = WholeRange{1, most},
 .meaning = "modes in variance.csv and weights.csv: all, or that many, log-spaced"},
    };
}

// clang-format on

const std::vector<Key>& table() {
    static const std::vector<Key> keys = [] {
        std::vector<Key> all;
        for (const auto section : {run_keys, data_keys, network_keys, objective_keys, training_keys, sampling_keys,
                                   emergence_keys, fit_keys, output_keys}) {
            const std::vector<Key> keys_of_section = section();
            all.insert(all.end(), keys_of_section.begin(), keys_of_section.end());
        }
        return all;
    }();
    return keys;
}

}  // namespace

std::string_view Key::section() const {
    const std::size_t dot = name.find('.');
    return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

std::string_view Key::leaf() const { return name.substr(name.find('.') + 1); }  // npos + 1 == 0

std::span<const Key> schema() { return table(); }

const Key* find_key(std::string_view name) {
    const auto found = std::find_if(table().begin(), table().end(), [&](const Key& key) { return key.name == name; });
    return found == table().end() ? nullptr : &*found;
}

std::vector<std::string> section_names() {
    std::vector<std::string> names;
    for (const Key& key : table()) {
        if (key.section().empty()) continue;
        if (names.empty() || names.back() != key.section()) names.emplace_back(key.section());
    }
    return names;
}

}  // namespace eigenflow::scenario

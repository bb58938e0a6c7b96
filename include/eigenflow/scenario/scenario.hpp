#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eigenflow::scenario {

// What to simulate and how to analyse it. These initialisers are the only place where defaults live: the reference
// file, the help and every message are generated from them. What a key means, its unit and its allowed range are in
// `schema()`; `validate()` holds a scenario against them.

/// data.mean along the modes: the data's own, a list, or (neither) zero.
struct DataMean {
    bool measured = false;
    std::vector<double> values = {};  ///< one per mode; of a `list` in the order of data.variances  [data]
    bool operator==(const DataMean&) const = default;
};

/// network.init: i.i.d. normal entries of standard deviation scale/√d in every layer.
struct RandomWeights {
    double scale = 0.3;
    std::uint64_t seed = 1;
    bool operator==(const RandomWeights&) const = default;
};

/// network.init: weights along the modes, or random ones that mix them.
struct InitialWeights {
    std::vector<double> aligned = {0.1};  ///< one number for every mode, or one per mode
    std::optional<RandomWeights> random;  ///< instead of `aligned`

    InitialWeights() = default;
    InitialWeights(std::initializer_list<double> weights) : aligned(weights) {}
    explicit InitialWeights(std::vector<double> weights) : aligned(std::move(weights)) {}
    bool operator==(const InitialWeights&) const = default;
};

struct Data {
    std::string source;  ///< the one key without a default
    int modes = 256;
    double exponent = 1.0;
    double largest = 10.0;
    double log_std = 1.0;
    double mean_variance = 1.0;
    std::uint64_t seed = 1;
    std::vector<double> variances;
    std::string file;  ///< as written; `data_file()` says where it is
    std::string basis = "pca";
    std::vector<int> shape;
    DataMean mean;
    int channels = 1;  ///< 1: averaged to gray
    bool operator==(const Data&) const = default;
};

struct Network {
    std::string architecture = "one-layer";
    int depth = 3;
    double imbalance = 0.0;
    int kernel = 3;
    InitialWeights init;
    int rank = 0;  ///< 0: as many as modes
    bool residual = false;
    bool operator==(const Network&) const = default;
};

struct Objective {
    std::string path = "ve";
    std::string target = "denoise";
    std::string preconditioning = "none";
    std::string weighting = "uniform";
    double sigma_data = 0.5;
    double P_mean = -1.2;
    double P_std = 1.2;
    std::string coupling = "independent";
    bool operator==(const Objective&) const = default;
};

struct Training {
    std::string rule = "gradient-flow";
    double learning_rate = 1.0;
    double first = 1e-3;
    double last = 1e5;
    int points = 200;
    std::string times;  ///< as written; `times_file()` says where it is
    std::string solver = "auto";
    bool operator==(const Training&) const = default;
};

struct Sampling {
    std::string solver = "exact";
    int steps = 18;
    double rho = 7.0;
    bool to_zero = false;
    int max_panels = 1024;
    int ensemble = 0;  ///< 0: none up to 512 modes, 2048 samples beyond
    std::uint64_t seed = 1;
    std::optional<double> noise;  ///< empty: the path's own (`resolved()`; 80 on ve)
    std::optional<double> data;   ///< empty: the path's own (`resolved()`; 0.002 on ve)
    bool operator==(const Sampling&) const = default;
};

struct Emergence {
    std::vector<std::string> thresholds = {"geometric", "harmonic"};
    std::string target = "data";
    std::array<double, 2> gray_zone = {0.5, 2.0};
    double settling_band = 0.1;
    std::string rule = "crossing";
    double smoothing = 0.0;
    bool operator==(const Emergence&) const = default;
};

struct Fit {
    std::vector<std::string> estimators = {"ols"};
    int bootstrap = 1000;
    double confidence = 0.95;
    std::uint64_t seed = 1;
    bool operator==(const Fit&) const = default;
};

struct Output {
    std::optional<std::vector<double>> noise_levels;  ///< empty: 0.1, 1, 10 on ve, 0.1, 0.5, 0.9 elsewhere
    std::optional<int> modes;                         ///< empty: "all"
    bool operator==(const Output&) const = default;
};

struct Scenario {
    std::string name = "first-light";
    Data data;
    Network network;
    Objective objective;
    Training training;
    Sampling sampling;
    Emergence emergence;
    Fit fit;
    Output output;

    /// Not a key: the folder that a relative `data.file` or `training.times` starts from; empty is the current
    /// directory.
    std::filesystem::path folder;

    bool operator==(const Scenario&) const = default;
};

/// The scenario with the defaults that depend on its path filled in: sampling.noise, sampling.data and
/// output.noise_levels. A path that no registry knows leaves them empty.
Scenario resolved(Scenario scenario);

/// Where `data.file` is: itself when absolute, else below `folder`. Empty when `data.file` is.
std::filesystem::path data_file(const Scenario& scenario);

/// Where `training.times` is, likewise.
std::filesystem::path times_file(const Scenario& scenario);

/// The number of modes, where the scenario alone says it (power-law, log-normal, list).
std::optional<std::size_t> known_modes(const Scenario& scenario);

/// Whether the modes train together, by matrices (a mean, random layers, a rank), and not each alone.
bool couples_modes(const Scenario& scenario);

}  // namespace eigenflow::scenario

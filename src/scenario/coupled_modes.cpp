#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "rules.hpp"
#include "toml_text.hpp"

// Scenarios whose modes couple: a mean, random layers, layers of lower rank (T-18 to T-20).

namespace eigenflow::scenario {

bool couples_modes(const Scenario& s) {
    return s.data.mean.measured || !s.data.mean.values.empty() || s.network.init.random.has_value() ||
           s.network.rank > 0;
}

namespace {

using Verdict = std::optional<Breach>;

constexpr std::array<std::string_view, 3> dense = {"one-layer", "symmetric-two-layer", "two-layer"};
constexpr const char* dense_text = "one-layer, symmetric-two-layer or two-layer";

bool is_dense(const Scenario& s) {
    return std::find(dense.begin(), dense.end(), s.network.architecture) != dense.end();
}

Verdict mean_is_known(const Scenario& s) {
    if (!s.data.mean.measured || s.data.source == "csv" || s.data.source == "images") return {};
    return Breach{"can be measured of csv and images only, and source is \"" + s.data.source + "\"",
                  "write a list of one number per mode"};
}

Verdict mean_has_one_per_mode(const Scenario& s) {
    const auto modes = known_modes(s);
    const std::size_t given = s.data.mean.values.size();
    if (given == 0 || !modes || *modes == given) return {};
    return Breach{
        "must have one number per mode: " + std::to_string(*modes) + " modes, " + std::to_string(given) + " numbers",
        "write a list of " + std::to_string(*modes)};
}

Verdict mean_lies_along_components(const Scenario& s) {
    if (s.data.mean == DataMean{} || s.data.basis == "pca") return {};
    return Breach{"needs principal components, and basis is \"" + s.data.basis + "\"",
                  "write data.basis = \"pca\", or leave the mean out"};
}

Verdict biased_network_is_dense(const Scenario& s) {
    if (s.data.mean == DataMean{} || is_dense(s)) return {};
    return Breach{"gives the network a bias, which " + s.network.architecture + " does not have",
                  fmt::format("use network.architecture = {}, or leave the mean out", dense_text)};
}

Verdict random_network_is_dense(const Scenario& s) {
    if (!s.network.init.random || is_dense(s)) return {};
    return Breach{"can be random for " + std::string(dense_text) + " only",
                  "write the weight of every mode, such as init = 0.1"};
}

Verdict rank_belongs_to_two_layers(const Scenario& s) {
    if (s.network.rank == 0 || s.network.architecture == "two-layer") return {};
    return Breach{"is the width between two layers, and architecture is \"" + s.network.architecture + "\"",
                  "use network.architecture = \"two-layer\", or leave rank out"};
}

Verdict rank_is_at_most_the_width(const Scenario& s) {
    const auto modes = known_modes(s);
    if (!modes || static_cast<std::size_t>(s.network.rank) <= *modes) return {};
    return Breach{"must be at most the number of modes, " + std::to_string(*modes), "leave it out for full rank"};
}

Verdict coupled_layers_are_balanced(const Scenario& s) {
    if (s.network.imbalance == 0.0 || !couples_modes(s)) return {};
    return Breach{"is of modes that train alone; here data.mean, random init or rank couples them",
                  "leave imbalance out"};
}

Verdict coupled_modes_have_one_solver(const Scenario& s) {
    if (s.training.solver == "auto" || !couples_modes(s)) return {};
    return Breach{"must be auto where data.mean, random init or rank couples the modes", "leave solver out"};
}

Verdict ensemble_is_of_coupled_modes(const Scenario& s) {
    if (s.sampling.ensemble == 0 || couples_modes(s)) return {};
    return Breach{"is of modes that couple, and here none do: variances are exact", "leave ensemble out"};
}

}  // namespace

std::span<const Rule> coupled_mode_rules() {
    static const std::vector<Rule> table = {
        {{"data.mean", "data.source"}, mean_is_known},
        {{"data.mean", "data.source", "data.modes", "data.variances"}, mean_has_one_per_mode},
        {{"data.mean", "data.basis"}, mean_lies_along_components},
        {{"data.mean", "network.architecture"}, biased_network_is_dense},
        {{"network.init", "network.architecture"}, random_network_is_dense},
        {{"network.rank", "network.architecture"}, rank_belongs_to_two_layers},
        {{"network.rank", "data.source", "data.modes", "data.variances"}, rank_is_at_most_the_width},
        {{"network.imbalance", "network.init", "network.rank", "data.mean"}, coupled_layers_are_balanced},
        {{"training.solver", "network.init", "network.rank", "data.mean"}, coupled_modes_have_one_solver},
        {{"sampling.ensemble", "network.init", "network.rank", "data.mean"}, ensemble_is_of_coupled_modes},
    };
    return table;
}

}  // namespace eigenflow::scenario

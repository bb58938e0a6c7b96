#include "eigenflow/scenario/scenario.hpp"

#include <algorithm>

#include "eigenflow/model/registry.hpp"

namespace eigenflow::scenario {

Scenario resolved(Scenario scenario) {
    const std::string& path = scenario.objective.path;
    const std::vector<std::string> paths = model::path_names();
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) return scenario;
    const model::PathDefaults defaults = model::path_defaults(path);
    if (!scenario.sampling.noise) scenario.sampling.noise = defaults.noise;
    if (!scenario.sampling.data) scenario.sampling.data = defaults.data;
    if (!scenario.output.noise_levels) {
        // σ is unbounded on ve; t ends at 1 on the other paths.
        scenario.output.noise_levels =
            path == "ve" ? std::vector<double>{0.1, 1.0, 10.0} : std::vector<double>{0.1, 0.5, 0.9};
    }
    return scenario;
}

std::filesystem::path data_file(const Scenario& scenario) {
    if (scenario.data.file.empty()) return {};
    return scenario.folder / scenario.data.file;  // an absolute file replaces the folder
}

std::filesystem::path times_file(const Scenario& scenario) {
    if (scenario.training.times.empty()) return {};
    return scenario.folder / scenario.training.times;
}

std::optional<std::size_t> known_modes(const Scenario& scenario) {
    const Data& data = scenario.data;
    if (data.source == "list") return data.variances.size();
    if (data.source == "power-law" && data.basis == "fourier") {
        std::size_t product = 1;
        for (const int side : data.shape) product *= static_cast<std::size_t>(std::max(side, 0));
        return product;
    }
    if (data.source == "power-law" || data.source == "log-normal") return static_cast<std::size_t>(data.modes);
    return {};
}

}  // namespace eigenflow::scenario

#include "eigenflow/model/noise_path.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "eigenflow/model/registry.hpp"
#include "path/paths.hpp"

namespace eigenflow::model {
namespace {

constexpr std::array registry = {&ve_path, &flow_path, &vp_cosine_path, &vp_linear_path};

}  // namespace

double NoisePath::coordinate(NoiseLevel t) const {
    const PathPoint p = at(t);
    return std::clamp(std::log(p.s / p.a), -coordinate_cut, coordinate_cut);
}

std::span<const NoisePath* const> noise_paths() { return registry; }

const NoisePath* find_noise_path(std::string_view name) {
    for (const NoisePath* path : registry) {
        if (path->name == name) return path;
    }
    return nullptr;
}

std::vector<std::string> path_names() {
    std::vector<std::string> names;
    for (const NoisePath* path : registry) names.emplace_back(path->name);
    return names;
}

PathDefaults path_defaults(std::string_view name) {
    const NoisePath* path = find_noise_path(name);
    return path ? PathDefaults{path->default_noise, path->default_data} : PathDefaults{80.0, 0.002};
}

}  // namespace eigenflow::model

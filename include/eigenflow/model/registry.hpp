#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace eigenflow::model {

// The names that a scenario may use, in the order of the registries that hold them.
std::vector<std::string> architecture_names();
std::vector<std::string> path_names();
std::vector<std::string> target_names();
std::vector<std::string> preconditioning_names();
std::vector<std::string> weighting_names();

/// Where a path starts (noise) and ends (data) unless a scenario says otherwise, in the path's own coordinate t.
struct PathDefaults {
    double noise;
    double data;
};
PathDefaults path_defaults(std::string_view path);

}  // namespace eigenflow::model

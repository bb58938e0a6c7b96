#include <array>

#include "eigenflow/model/objective.hpp"
#include "eigenflow/model/registry.hpp"

namespace eigenflow::model {
namespace {

constexpr double zero(const PathPoint&) { return 0.0; }
constexpr double one(const PathPoint&) { return 1.0; }
bool any_path(std::string_view) { return true; }

constexpr std::array registry = {
    RegressionTarget{.name = "denoise", .u = one, .v = zero, .applies_to = any_path, .paths = "any path"},
};

}  // namespace

std::span<const RegressionTarget> regression_targets() { return registry; }

std::vector<std::string> target_names() {
    std::vector<std::string> names;
    for (const RegressionTarget& target : registry) names.emplace_back(target.name);
    return names;
}

}  // namespace eigenflow::model

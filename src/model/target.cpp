#include <array>

#include "eigenflow/model/objective.hpp"
#include "eigenflow/model/registry.hpp"

namespace eigenflow::model {
namespace {

constexpr double zero(const PathPoint&) { return 0.0; }
constexpr double one(const PathPoint&) { return 1.0; }
constexpr double minus_one(const PathPoint&) { return -1.0; }
bool any_path(std::string_view) { return true; }
bool flow_only(std::string_view path) { return path == "flow"; }
bool variance_preserving(std::string_view path) { return path.starts_with("vp-"); }

constexpr std::array registry = {
    RegressionTarget{.name = "denoise", .u = one, .v = zero, .applies_to = any_path, .paths = "any path"},
    RegressionTarget{.name = "noise", .u = zero, .v = one, .applies_to = any_path, .paths = "any path"},
    RegressionTarget{.name = "velocity", .u = one, .v = minus_one, .applies_to = flow_only, .paths = "path \"flow\""},
    RegressionTarget{.name = "v",
                     .u = [](const PathPoint& p) { return -p.s; },
                     .v = [](const PathPoint& p) { return p.a; },
                     .applies_to = variance_preserving,
                     .paths = "paths \"vp-cosine\" and \"vp-linear\""},
};

}  // namespace

std::span<const RegressionTarget> regression_targets() { return registry; }

std::vector<std::string> target_names() {
    std::vector<std::string> names;
    for (const RegressionTarget& target : registry) names.emplace_back(target.name);
    return names;
}

}  // namespace eigenflow::model

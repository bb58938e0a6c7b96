#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "eigenflow/model/objective.hpp"
#include "eigenflow/model/registry.hpp"

namespace eigenflow::model {
namespace {

double uniform(const PathPoint&, const ObjectiveSpec&) { return 1.0; }

double edm(const PathPoint& p, const ObjectiveSpec& spec) {
    const double product = p.s * spec.sigma_data;
    return (p.s * p.s + spec.sigma_data * spec.sigma_data) / (product * product);
}

double lognormal(const PathPoint& p, const ObjectiveSpec& spec) {
    return lognormal_density(p.s, spec.P_mean, spec.P_std);
}

double edm_lognormal(const PathPoint& p, const ObjectiveSpec& spec) { return edm(p, spec) * lognormal(p, spec); }

// Pure data has ω of the path's cut, s = e^−40 a: infinity, times no training yet, was NaN (Heun, whose last slope is
// there).
double inverse_variance(const PathPoint& p, const ObjectiveSpec&) {
    const double s = std::max(p.s, p.a * std::exp(-NoisePath::coordinate_cut));
    return 1.0 / (s * s);
}

constexpr std::array registry = {
    Weighting{.name = "uniform", .at = uniform, .contains_density = false, .needs_ve = false},
    Weighting{.name = "edm", .at = edm, .contains_density = false, .needs_ve = true},
    Weighting{.name = "lognormal", .at = lognormal, .contains_density = true, .needs_ve = true},
    Weighting{.name = "edm-lognormal", .at = edm_lognormal, .contains_density = true, .needs_ve = true},
    Weighting{.name = "inverse-variance", .at = inverse_variance, .contains_density = false, .needs_ve = false},
};

}  // namespace

std::span<const Weighting> weightings() { return registry; }

std::vector<std::string> weighting_names() {
    std::vector<std::string> names;
    for (const Weighting& weighting : registry) names.emplace_back(weighting.name);
    return names;
}

double lognormal_density(double sigma, double P_mean, double P_std) {
    const double z = (std::log(sigma) - P_mean) / P_std;
    return std::exp(-0.5 * z * z) / (sigma * P_std * std::sqrt(2.0 * std::numbers::pi));
}

}  // namespace eigenflow::model

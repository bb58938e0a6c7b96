#include <array>
#include <cmath>

#include "eigenflow/model/objective.hpp"
#include "eigenflow/model/registry.hpp"

namespace eigenflow::model {
namespace {

Preconditioning none(const PathPoint&, double) {
    return {.c_in = 1.0, .c_out = 1.0, .c_skip = 0.0, .one_minus_skip = 1.0};
}

// Karras et al. 2022, table 1 (arXiv 2206.00364).
Preconditioning edm(const PathPoint& p, double sigma_data) {
    const double sigma2 = p.s * p.s;
    const double data2 = sigma_data * sigma_data;
    const double total = sigma2 + data2;
    return {.c_in = 1.0 / std::sqrt(total),
            .c_out = p.s * sigma_data / std::sqrt(total),
            .c_skip = data2 / total,
            .one_minus_skip = sigma2 / total};
}

constexpr std::array registry = {
    PreconditioningRule{.name = "none", .at = none, .needs_ve_denoise = false},
    PreconditioningRule{.name = "edm", .at = edm, .needs_ve_denoise = true},
};

}  // namespace

std::span<const PreconditioningRule> preconditioning_rules() { return registry; }

std::vector<std::string> preconditioning_names() {
    std::vector<std::string> names;
    for (const PreconditioningRule& rule : registry) names.emplace_back(rule.name);
    return names;
}

}  // namespace eigenflow::model

#include "eigenflow/dynamics/generated_variance.hpp"

#include <array>

#include "routes.hpp"

namespace eigenflow::dynamics {
namespace {

constexpr std::array registry = {
    VarianceRouteEntry{.name = "closed-form", .create = make_closed_form_route},
    VarianceRouteEntry{.name = "quadrature", .create = make_quadrature_route},
    VarianceRouteEntry{.name = "ode", .create = make_ode_route},
};

}  // namespace

std::span<const VarianceRouteEntry> variance_routes() { return registry; }

Result<std::unique_ptr<const VarianceRoute>> make_variance_route(std::string_view solver,
                                                                 const LearningProblem& problem) {
    const bool any = solver == "auto";
    for (const VarianceRouteEntry& entry : registry) {
        if (!any && entry.name != solver) continue;
        auto route = entry.create(problem);
        if (route || !any) return route;
    }
    return Error{ErrorKind::usage, "training.solver = \"" + std::string(solver) +
                                       "\" is not a solver: use auto, closed-form, quadrature or ode"};
}

}  // namespace eigenflow::dynamics

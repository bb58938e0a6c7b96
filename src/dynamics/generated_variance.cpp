#include "eigenflow/dynamics/generated_variance.hpp"

#include <array>
#include <utility>

#include "routes.hpp"

namespace eigenflow::dynamics {
namespace {

constexpr std::array registry = {
    VarianceRouteEntry{.name = "closed-form", .create = make_closed_form_route},
    VarianceRouteEntry{.name = "quadrature", .create = make_quadrature_route},
    VarianceRouteEntry{.name = "ode", .create = make_ode_route},
    VarianceRouteEntry{.name = "flow-ode", .create = make_flow_ode_route},
};

}  // namespace

std::span<const VarianceRouteEntry> variance_routes() { return registry; }

Result<std::unique_ptr<const VarianceRoute>> make_variance_route(std::string_view training, std::string_view sampling,
                                                                 const LearningProblem& problem) {
    if (sampling == "ode") return training == "ode" ? make_ode_route(problem) : make_flow_ode_route(problem);
    if (training == "auto") {
        auto closed = make_closed_form_route(problem);
        return closed ? std::move(closed) : make_quadrature_route(problem);
    }
    for (const VarianceRouteEntry& entry : registry) {
        if (entry.name == training) return entry.create(problem);
    }
    return Error{ErrorKind::usage, "training.solver = \"" + std::string(training) +
                                       "\" is not a solver: use auto, closed-form, quadrature or ode"};
}

}  // namespace eigenflow::dynamics

#include "turning_point.hpp"

#include <algorithm>

#include "eigenflow/numerics/root.hpp"

namespace eigenflow::dynamics {

std::optional<double> turning_point(const LearningProblem& problem, double lambda) {
    if (problem.network->is_linear() || problem.coupling == Coupling::shared) return {};
    const double noise = problem.objective.path().coordinate(problem.noise);
    const double data = problem.objective.path().coordinate(problem.data);
    const auto moment = [&](double x) { return problem.objective.at_coordinate(x).cross_moment(lambda); };
    const double at_noise = moment(noise);
    const double at_data = moment(data);
    if (at_noise == 0.0 || at_data == 0.0 || (at_noise < 0.0) == (at_data < 0.0)) return {};
    return numerics::find_root(moment, std::min(noise, data), std::max(noise, data)).x;
}

}  // namespace eigenflow::dynamics

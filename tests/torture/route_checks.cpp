#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "eigenflow/numerics/random.hpp"
#include "exact_variance.hpp"
#include "scenario_checks.hpp"

namespace eigenflow::torture {

using dynamics::TrainingRule;

namespace {

const char* tag_of_closed_form(const DrawnScenario& s) {
    if (s.objective.path == "flow") return "T-14";
    return s.network.architecture == "symmetric-two-layer" ? "T-13" : "T-12";
}

// Variances of all numbers scaled by 4, by exact sampling.
void compare_scaled(const Case& c, std::span<const double> scaled, Record& record) {
    const auto& out = c.simulation.trajectories;
    for (std::size_t j = 0; j < scaled.size(); ++j) {
        const std::size_t i = j / out.modes(), k = j % out.modes();
        if (c.simulation.imprecise(i, k) || !std::isfinite(out.at(i, k))) continue;
        record.measure({"T-16", "exact sampling", "scaled by 4 against 4 times", "promises", 1.0},
                       promises_missed(scaled[j] / 4.0, std::log(out.at(i, k))), [&] { return c.at(i, k); });
    }
}

// By a sampler: the noise levels of its steps are powers of ρ, which do not scale to the last bit. Of one mode, since
// the terms of its steps are summed in 50 digits: either λ̃ may be off by 128 ε of them (T-17).
void compare_scaled_steps(const Case& c, std::span<const double> scaled, Record& record) {
    const auto& out = c.simulation.trajectories;
    const std::size_t k = numerics::RandomStream(c.scenario.number, 6).below(static_cast<std::uint32_t>(out.modes()));
    const ExactVariance exact(c.scenario, *c.problem.network, k);
    for (std::size_t i = 0; i < out.times(); ++i) {
        if (!std::isfinite(out.at(i, k))) continue;
        const double allowed = static_cast<double>(exact.sampled(c.request.tau[i], 128.0 * epsilon).allowed);
        record.measure(
            {"T-16", "samplers", "scaled by 4 against 4 times", "twice 128 epsilon of the terms of its steps", 1.0},
            std::abs(scaled[i * out.modes() + k] / 4.0 - out.at(i, k)) /
                (2.0 * allowed + std::numeric_limits<double>::min()),
            [&] { return c.at(i, k); });
    }
}

}  // namespace

void check_closed_form(const Case& c, Record& record) {
    if (c.simulation.solver != "closed-form") return;
    const auto quadrature = dynamics::make_variance_route("quadrature", {}, c.problem);
    if (!quadrature) return record.refute("quadrature exists wherever a closed form does", [&] { return c.at(0, 0); });
    const auto& out = c.simulation.trajectories;
    const auto block = (*quadrature)->variances(c.request.tau, {0, out.modes()});
    for (std::size_t i = 0; i < out.times(); ++i) {
        for (std::size_t k = 0; k < out.modes(); ++k) {
            record.measure(
                {tag_of_closed_form(c.scenario), "closed form against quadrature", "ln of variance", "promises", 1.0},
                promises_missed(block.variance[i * out.modes() + k], std::log(out.at(i, k))),
                [&] { return c.at(i, k); });
        }
    }
}

void check_scaling(const Case& c, Record& record) {
    const auto& s = c.scenario;
    if (s.objective.path != "ve" || s.objective.target != "denoise" || s.objective.preconditioning != "none" ||
        s.objective.weighting != "uniform" || s.coupling == dynamics::Coupling::shared ||
        s.rule != TrainingRule::gradient_flow ||
        (s.network.architecture == "two-layer" && s.network.imbalance != 0.0)) {
        return;
    }
    DrawnScenario scaled = s;
    for (double& v : scaled.lambda) v *= 4.0;
    scaled.largest *= 4.0;
    scaled.noise *= 2.0;
    scaled.data *= 2.0;
    for (double& t : scaled.tau) t /= 4.0;
    const auto problem = problem_of(scaled);
    if (!problem) return;
    const auto route = dynamics::make_variance_route("auto", s.sampling, *problem);
    if (!route) return;
    const auto block = (*route)->variances(scaled.tau, {0, c.problem.network->modes()});
    if (c.exact_sampling()) return compare_scaled(c, block.variance, record);
    compare_scaled_steps(c, block.variance, record);
}

void check_rate(const Case& c, Record& record) {
    const auto& s = c.scenario;
    if (s.rule != TrainingRule::gradient_flow || s.learning_rate == 1.0) return;
    dynamics::LearningProblem of_one = c.problem;
    of_one.learning_rate = LearningRate(1.0);
    std::vector<double> tau = c.request.tau;
    for (double& t : tau) t *= s.learning_rate;
    const auto route = dynamics::make_variance_route("auto", s.sampling, of_one);
    if (!route) return record.refute("a learning rate that only scales time has a route", [&] { return c.at(0, 0); });
    const auto& out = c.simulation.trajectories;
    const auto block = (*route)->variances(tau, {0, out.modes()});
    for (std::size_t j = 0; j < block.variance.size(); ++j) {
        const std::size_t i = j / out.modes(), k = j % out.modes();
        if (c.simulation.imprecise(i, k) || !std::isfinite(out.at(i, k))) continue;
        // Samplers see η in ητ alone. Where a quadrature halves its panels depends on η ω and τ, by a last digit.
        const bool exact = c.exact_sampling();
        record.measure({"T-16", exact ? "exact sampling" : "samplers", "learning rate scales time alone",
                        exact ? "promises" : "bits", exact ? 1.0 : 0.0},
                       exact ? promises_missed(block.variance[j], std::log(out.at(i, k)))
                             : (block.variance[j] == out.at(i, k) ? 0.0 : 1.0),
                       [&] { return c.at(i, k); });
    }
}

namespace {

// One variance by ODE against the row.
void compare_ode(const Case& c, const char* name, const char* training, const dynamics::SamplingSpec& sampling,
                 std::size_t time, std::size_t mode, Record& record) {
    const auto route = dynamics::make_variance_route(training, sampling, c.problem);
    if (!route) return;
    const auto& out = c.simulation.trajectories;
    const std::vector<double> tau = {c.request.tau[time]};
    const auto block = (*route)->variances(tau, {mode, 1});
    if (!block.failures.empty()) return record.count(std::string(name) + ": failed");
    record.count(std::string(name) + ": ok");
    if (c.simulation.imprecise(time, mode) || !std::isfinite(out.at(time, mode))) return;
    record.measure({"T-11", name, c.scenario.network.architecture, "1e-7 relative", 1.0},
                   std::abs(block.variance.front() / out.at(time, mode) - 1.0) / 1e-7,
                   [&] { return c.at(time, mode); });
}

}  // namespace

void check_ode(const Case& c, Record& record) {
    if (!c.exact_sampling()) return;
    numerics::RandomStream stream(c.scenario.number, 2);
    const std::size_t mode = stream.below(static_cast<std::uint32_t>(c.simulation.trajectories.modes()));
    const std::size_t last = 1 + stream.below(static_cast<std::uint32_t>(c.request.tau.size() - 1));
    compare_ode(c, "probability flow by ODE", "auto", {.solver = "ode"}, last, mode, record);
    if (c.scenario.rule != TrainingRule::gradient_flow || c.scenario.coupling == dynamics::Coupling::shared) return;
    compare_ode(c, "both clocks by ODE", "ode", {}, last, mode, record);
}

}  // namespace eigenflow::torture

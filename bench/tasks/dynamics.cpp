#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/dynamics/variance_table.hpp"
#include "eigenflow/io/npy.hpp"
#include "eigenflow/numerics/ein.hpp"
#include "learning_problem.hpp"
#include "tasks/task.hpp"

namespace eigenflow::bench {
namespace {

/// λ̃ of every mode at every time by one route, as simulate() has it. The route is made anew each time: what it keeps
/// between calls would not be measured.
Work all_variances(dynamics::LearningProblem problem, const std::string& route_name, std::vector<double> tau,
                   Threads threads) {
    return [problem = std::move(problem), route_name, tau = std::move(tau), threads] {
        const auto route = or_exit(dynamics::make_variance_route(route_name, {}, problem));
        return dynamics::variance_table(*problem.network, *route, tau, threads).variance;
    };
}

Work closed_form(const std::filesystem::path&, Threads threads) {
    return all_variances(learning_problem("one-layer", modes), "closed-form", training_times(times), threads);
}

Work quadrature_edm(const std::filesystem::path&, Threads threads) {
    const model::ObjectiveSpec edm{.preconditioning = "edm", .weighting = "edm-lognormal"};
    return all_variances(learning_problem("one-layer", modes, edm), "quadrature", training_times(times), threads);
}

Work deep(const std::filesystem::path&, Threads threads) {
    const data::Spectrum spectrum = or_exit(data::power_law_spectrum(modes, 2.0, 100.0));
    dynamics::LearningProblem problem{
        .network = or_exit(model::make_network({.architecture = "deep", .init = {0.1}, .depth = 4}, spectrum)),
        .objective = or_exit(model::Objective::create({}))};
    return all_variances(std::move(problem), "quadrature", training_times(200), threads);
}

Work patch_convolution(const std::filesystem::path&, Threads threads) {
    const data::Spectrum spectrum = or_exit(data::power_law_fourier_spectrum({32, 32}, 2.0, 100.0));
    dynamics::LearningProblem problem{.network = or_exit(model::make_network(
                                          {.architecture = "patch-convolution", .init = {0.1}, .kernel = 5}, spectrum)),
                                      .objective = or_exit(model::Objective::create({}))};
    return all_variances(std::move(problem), "quadrature", training_times(300), threads);
}

// A million arguments, log-uniform on [1e-6, 1e6]; one thread.
Work ein_of(const std::filesystem::path& arguments) {
    const auto file = or_exit(io::NpyFile::open(arguments));
    std::vector<double> x(file.rows());
    or_exit(file.read_rows(0, x.size(), std::span<double>(x)));
    return [x = std::move(x)] {
        std::vector<double> out(x.size());
        numerics::ein(x, out);
        return out;
    };
}

Work ein(const std::filesystem::path& folder, Threads) { return ein_of(folder / "arguments.npy"); }
Work ein_in_order(const std::filesystem::path& folder, Threads) { return ein_of(folder / "arguments_in_order.npy"); }

/// Curves of 200 times, emergence of every mode on them, and five laws through the emerged: τ*, then the exponents.
Work emergence(const std::filesystem::path&, Threads threads) {
    const auto problem = learning_problem("one-layer", modes);
    auto request = whole_simulation(problem, "closed-form", 200, threads);
    request.tau = dynamics::log_spaced_times(1e-3, 1e3, 199);  // the last modes are censored
    const Trajectories prepared = or_exit(dynamics::simulate(request)).trajectories;
    return [prepared, variances = all_variances(problem, "closed-form", request.tau, threads), threads] {
        Trajectories curves = prepared;  // its evaluate() and limits; the training loss is not part of the work
        curves.variance = variances();
        const analysis::EmergenceOptions options{.thresholds = {analysis::Criterion::geometric}};
        const auto rows = analysis::find_emergence(curves, options, threads);
        const analysis::FitOptions fit{.estimators = analysis::estimator_names(), .bootstrap = 1000};
        std::vector<double> numbers;
        for (const auto& row : rows) numbers.push_back(row.tau_star);
        for (const auto& law : analysis::fit_power_laws(rows, fit, threads)) {
            if (law.direction != analysis::Direction::rising) continue;
            numbers.insert(numbers.end(), {law.exponent, law.ci_low, law.ci_high});
        }
        return numbers;
    };
}

constexpr std::array tasks = {
    Task{"closed-form", closed_form},       Task{"ein", ein},   Task{"ein-in-order", ein_in_order},
    Task{"quadrature-edm", quadrature_edm}, Task{"deep", deep}, Task{"patch", patch_convolution},
    Task{"emergence", emergence},
};

}  // namespace

std::span<const Task> dynamics_tasks() { return tasks; }

}  // namespace eigenflow::bench

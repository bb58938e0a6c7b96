#include "eigenflow/dynamics/generated_variance.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include "counters.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "learning_problem.hpp"

// λ̃_k(τ) on a grid of modes × times by the three routes (T-11 … T-13), and simulate(), which adds the training loss.

namespace {

using namespace eigenflow;

constexpr std::size_t block = 128;  // modes: the block that simulate() gives to a route at this size

// T-1 with the weighting that practice uses (EDM); `plain` is ω = 1 without preconditioning.
const model::ObjectiveSpec plain{};
const model::ObjectiveSpec edm{.preconditioning = "edm", .weighting = "edm-lognormal"};

struct Grid {
    std::string route;
    std::string architecture;
    model::ObjectiveSpec objective;
    int modes = bench::modes;
    int times = bench::times;
};

void route_grid(benchmark::State& state, const Grid& grid) {
    const auto problem = bench::learning_problem(grid.architecture, grid.modes, grid.objective);
    const auto route = bench::or_exit(dynamics::make_variance_route(grid.route, {}, problem));
    const std::vector<double> tau = bench::training_times(grid.times);
    const auto all = static_cast<std::size_t>(grid.modes);
    const std::size_t size = std::min(block, std::max<std::size_t>(all / 32, 1));
    std::vector<dynamics::VarianceBlock> parts((all + size - 1) / size);
    for (auto _ : state) {
        numerics::parallel_for(parts.size(), Threads(bench::threads_of(state)), [&](std::size_t b) {
            parts[b] = route->variances(tau, {b * size, std::min(size, all - b * size)});
        });
        benchmark::ClobberMemory();
    }
    double evaluations = 0.0;
    for (const auto& part : parts) evaluations += static_cast<double>(part.counts.evaluations);
    bench::report_rate(state, "variances/s", static_cast<double>(all * tau.size()));
    if (evaluations > 0.0) bench::report_rate(state, "evaluations/s", evaluations);
}

void simulate_grid(benchmark::State& state, const Grid& grid) {
    const auto problem = bench::learning_problem(grid.architecture, grid.modes, grid.objective);
    const auto request = bench::whole_simulation(problem, grid.route, grid.times, Threads(bench::threads_of(state)));
    for (auto _ : state) benchmark::DoNotOptimize(bench::or_exit(dynamics::simulate(request)));
    bench::report_rate(state, "variances/s", static_cast<double>(grid.modes) * static_cast<double>(grid.times));
}

const Grid closed_one_layer{"closed-form", "one-layer", plain};
const Grid closed_symmetric{"closed-form", "symmetric-two-layer", plain};
const Grid quadrature_plain{"quadrature", "one-layer", plain};
const Grid quadrature_symmetric{"quadrature", "symmetric-two-layer", plain};
const Grid quadrature_edm{"quadrature", "one-layer", edm};
const Grid both_odes{"ode", "one-layer", plain, 8, 20};

BENCHMARK_CAPTURE(route_grid, closed_one_layer, closed_one_layer)
    ->Name("closed_form/one_layer")
    ->Apply(bench::one_and_two_threads);
BENCHMARK_CAPTURE(route_grid, closed_symmetric, closed_symmetric)
    ->Name("closed_form/symmetric_two_layer")
    ->Apply(bench::one_and_two_threads);
BENCHMARK_CAPTURE(route_grid, quadrature_plain, quadrature_plain)
    ->Name("quadrature/one_layer")
    ->Apply(bench::one_and_two_threads);
BENCHMARK_CAPTURE(route_grid, quadrature_edm, quadrature_edm)
    ->Name("quadrature/one_layer_edm")
    ->Apply(bench::one_and_two_threads);
BENCHMARK_CAPTURE(route_grid, quadrature_symmetric, quadrature_symmetric)
    ->Name("quadrature/symmetric_two_layer")
    ->Apply(bench::one_and_two_threads);
BENCHMARK_CAPTURE(route_grid, both_odes, both_odes)->Name("ode/one_layer_8x20")->Apply(bench::one_and_two_threads);
BENCHMARK_CAPTURE(simulate_grid, closed_one_layer, closed_one_layer)
    ->Name("simulate/closed_form_one_layer")
    ->Apply(bench::one_and_two_threads);
BENCHMARK_CAPTURE(simulate_grid, quadrature_edm, quadrature_edm)
    ->Name("simulate/quadrature_one_layer_edm")
    ->Apply(bench::one_and_two_threads);

}  // namespace

#include "eigenflow/analysis/emergence.hpp"

#include <benchmark/benchmark.h>

#include "counters.hpp"
#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "learning_problem.hpp"

// Emergence times of 3072 modes under four criteria, and the power laws through them (T-21).

namespace {

using namespace eigenflow;

const analysis::EmergenceOptions every_criterion{
    .thresholds = {analysis::Criterion::geometric, analysis::Criterion::harmonic, analysis::Criterion::arithmetic,
                   analysis::Criterion::settling}};
const double curves = static_cast<double>(bench::modes) * static_cast<double>(every_criterion.thresholds.size());

const Trajectories& trajectories() {
    static const Trajectories made = [] {
        const auto problem = bench::learning_problem("one-layer", bench::modes);
        const auto request = bench::whole_simulation(problem, "closed-form", bench::times, Threads(2));
        return bench::or_exit(dynamics::simulate(request)).trajectories;
    }();
    return made;
}

void emergence_times(benchmark::State& state, bool sampled) {
    Trajectories curve = trajectories();
    if (sampled) curve.evaluate = nullptr;
    const Threads threads(bench::threads_of(state));
    for (auto _ : state) benchmark::DoNotOptimize(analysis::find_emergence(curve, every_criterion, threads).data());
    bench::report_rate(state, "curves/s", curves);
}

void power_laws(benchmark::State& state, const char* estimator) {
    const auto emergence = analysis::find_emergence(trajectories(), every_criterion, Threads(2));
    const analysis::FitOptions options{.estimators = {estimator}};
    const Threads threads(bench::threads_of(state));
    std::size_t fits = 0;
    for (auto _ : state) fits = analysis::fit_power_laws(emergence, options, threads).size();
    bench::report_rate(state, "resamples/s", static_cast<double>(fits) * options.bootstrap);
}

BENCHMARK_CAPTURE(emergence_times, analytic, false)->Name("emergence/analytic")->Apply(bench::one_and_two_threads);
BENCHMARK_CAPTURE(emergence_times, sampled, true)->Name("emergence/sampled")->Apply(bench::one_and_two_threads);
BENCHMARK_CAPTURE(power_laws, ols, "ols")->Name("power_law/ols")->Apply(bench::one_and_two_threads);
BENCHMARK_CAPTURE(power_laws, robust, "robust")->Name("power_law/robust")->Apply(bench::one_and_two_threads);

}  // namespace

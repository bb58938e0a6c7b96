#include "eigenflow/numerics/ein.hpp"

#include <benchmark/benchmark.h>

#include <boost/math/special_functions/expint.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "counters.hpp"
#include "eigenflow/numerics/random.hpp"

// T-12: Ein(x) = γ + ln x + E1(x). The order of the arguments is random, so that no branch is learned.

namespace {

namespace bench = eigenflow::bench;

constexpr std::size_t count = 4096;  // 64 KiB of arguments and results: level 2 cache

// Log-uniform on [1e-6, last].
std::vector<double> arguments(double last) {
    eigenflow::numerics::RandomStream random(1);
    std::vector<double> x(count);
    for (double& v : x) v = 1e-6 * std::exp(random.uniform() * std::log(last / 1e-6));
    return x;
}

// Up to 64 every value is a polynomial; up to 1e6 (ητ σ² of late training or high noise) a third are logarithms.
constexpr double polynomials_only = 64.0;
constexpr double all_branches = 1e6;

template <class Function>
void each(benchmark::State& state, double last, Function f) {
    const std::vector<double> x = arguments(last);
    std::vector<double> out(count);
    for (auto _ : state) {
        for (std::size_t i = 0; i < count; ++i) out[i] = f(x[i]);
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
    bench::report_rate(state, "values/s", static_cast<double>(count));
}

void ein_scalar(benchmark::State& state, double last) {
    each(state, last, [](double x) { return eigenflow::numerics::ein(x); });
}

void ein_span(benchmark::State& state, double last) {
    const std::vector<double> x = arguments(last);
    std::vector<double> out(count);
    for (auto _ : state) {
        eigenflow::numerics::ein(x, out);
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
    bench::report_rate(state, "values/s", static_cast<double>(count));
}

// Each peer loses the digits of Ein below x = 1, where γ + ln x and E1 cancel.
void ein_boost(benchmark::State& state, double last) {
    each(state, last, [](double x) { return std::numbers::egamma + std::log(x) + boost::math::expint(1, x); });
}

void ein_libstdcxx(benchmark::State& state, double last) {
    each(state, last, [](double x) { return std::numbers::egamma + std::log(x) - std::expint(-x); });
}

BENCHMARK_CAPTURE(ein_scalar, to_64, polynomials_only)->Name("ein/scalar/to_64");
BENCHMARK_CAPTURE(ein_span, to_64, polynomials_only)->Name("ein/span/to_64");
BENCHMARK_CAPTURE(ein_boost, to_64, polynomials_only)->Name("ein/boost_expint/to_64");
BENCHMARK_CAPTURE(ein_libstdcxx, to_64, polynomials_only)->Name("ein/std_expint/to_64");
BENCHMARK_CAPTURE(ein_scalar, to_1e6, all_branches)->Name("ein/scalar/to_1e6");
BENCHMARK_CAPTURE(ein_span, to_1e6, all_branches)->Name("ein/span/to_1e6");
BENCHMARK_CAPTURE(ein_boost, to_1e6, all_branches)->Name("ein/boost_expint/to_1e6");
BENCHMARK_CAPTURE(ein_libstdcxx, to_1e6, all_branches)->Name("ein/std_expint/to_1e6");

}  // namespace

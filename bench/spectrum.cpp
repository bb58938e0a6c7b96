#include "eigenflow/data/spectrum.hpp"

#include <benchmark/benchmark.h>

#include "byte_images.hpp"
#include "counters.hpp"
#include "eigenflow/data/fourier_spectrum.hpp"
#include "eigenflow/data/leading_components.hpp"
#include "eigenflow/data/moments.hpp"
#include "eigenflow/data/principal_components.hpp"
#include "or_exit.hpp"

// The spectrum of 10,000 byte images of dimension 3072.

namespace {

using namespace eigenflow;

constexpr double n = static_cast<double>(bench::image_count);
constexpr double d = static_cast<double>(bench::image_size);

void covariance(benchmark::State& state) {
    const data::VectorSource images = bench::byte_images();
    const Threads threads(bench::threads_of(state));
    for (auto _ : state) benchmark::DoNotOptimize(bench::or_exit(data::measure_moments(images, threads)));
    bench::report_rate(state, "GFLOP/s", 1e-9 * n * d * d);  // n d²/2 multiply-adds: one triangle
}

// One thread. 4d³/3 flops reduce the matrix to tridiagonal form; the rest is small.
void principal(benchmark::State& state) {
    const data::Moments moments = bench::or_exit(data::measure_moments(bench::byte_images(), Threads(2)));
    for (auto _ : state) benchmark::DoNotOptimize(bench::or_exit(data::principal_spectrum(moments, Threads(1))));
    bench::report_rate(state, "GFLOP/s", 1e-9 * 4.0 / 3.0 * d * d * d);
}

void leading(benchmark::State& state) {
    const data::VectorSource images = bench::byte_images();
    const Threads threads(bench::threads_of(state));
    double products = 0.0;
    for (auto _ : state) products = bench::or_exit(data::leading_variances(images, 64, threads)).products;
    bench::report_rate(state, "GFLOP/s", 1e-9 * products * 4.0 * n * d);  // 2nd multiply-adds a product
    bench::report_rate(state, "products/s", products);
}

void fourier(benchmark::State& state) {
    const auto gray = bench::or_exit(
        data::gray_images(bench::byte_images(), bench::image_side, bench::image_side, bench::image_channels));
    const Threads threads(bench::threads_of(state));
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            bench::or_exit(data::fourier_spectrum(gray, {bench::image_side, bench::image_side}, threads)));
    }
    bench::report_rate(state, "images/s", n);
}

BENCHMARK(covariance)->Name("spectrum/moments")->Apply(bench::one_and_two_threads);
BENCHMARK(principal)->Name("spectrum/principal")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(leading)->Name("spectrum/leading_64")->Apply(bench::one_and_two_threads);
BENCHMARK(fourier)->Name("spectrum/fourier_gray")->Apply(bench::one_and_two_threads);

}  // namespace

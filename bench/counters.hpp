#pragma once

#include <benchmark/benchmark.h>

namespace eigenflow::bench {

/// Work per second over all iterations, under the name that the table prints ("values/s", "rows/s").
inline void report_rate(benchmark::State& state, const char* name, double work_per_iteration) {
    state.counters[name] = benchmark::Counter(work_per_iteration, benchmark::Counter::kIsIterationInvariantRate);
}

/// One line per thread count, timed by the wall clock: what a user waits for.
inline void one_and_two_threads(benchmark::internal::Benchmark* benchmark) {
    benchmark->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
}

inline unsigned threads_of(const benchmark::State& state) { return static_cast<unsigned>(state.range(0)); }

}  // namespace eigenflow::bench

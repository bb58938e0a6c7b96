#include <benchmark/benchmark.h>

// As benchmark_main, with the compiler and its instruction set in the context of the JSON: the table names both.
int main(int argc, char** argv) {
#if defined(__clang__)
    benchmark::AddCustomContext("compiler", "clang " __clang_version__);
#else
    benchmark::AddCustomContext("compiler", "g++ " __VERSION__);
#endif
#if defined(__AVX512F__)
    benchmark::AddCustomContext("instruction_set", "AVX-512");
#elif defined(__AVX2__)
    benchmark::AddCustomContext("instruction_set", "AVX2");
#else
    benchmark::AddCustomContext("instruction_set", "baseline");
#endif
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}

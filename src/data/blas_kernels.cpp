#include "blas_kernels.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string_view>

extern "C" {
void openblas_set_num_threads(int threads);
int openblas_get_num_threads(void);
char* openblas_get_corename(void);
// Weak: without DYNAMIC_ARCH they are not there.
[[gnu::weak]] void gotoblas_dynamic_init(void);
[[gnu::weak]] void gotoblas_dynamic_quit(void);
}

namespace eigenflow::data {
namespace {

constexpr unsigned most_callers = 32;  // OpenBLAS as Debian builds it has 128 buffers; more threads gain nothing here

const char* best_core() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl")) {
        return "SkylakeX";
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
    return nullptr;
}

bool choose_kernels() {
    constexpr const char* variable = "OPENBLAS_CORETYPE";
    constexpr std::string_view fallback = "Prescott";
    const char* core = best_core();
    if (!core || std::getenv(variable) || !gotoblas_dynamic_init || !gotoblas_dynamic_quit) return false;
    if (openblas_get_corename() != fallback) return false;
    ::setenv(variable, core, 1);
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    ::unsetenv(variable);
    return true;
}

/// Room for a buffer for every caller, and for one more: the thread that OpenBLAS starts before main() may be waiting
/// for the first.
bool buffers_fit(unsigned callers) {
    constexpr std::size_t buffer = std::size_t{128} << 20;  // [bytes]
    constexpr std::size_t rest = std::size_t{16} << 20;
    constexpr std::size_t of_thread = std::size_t{144} << 20;  // a stack, and what malloc reserves for a thread
    static unsigned fitted = 0;                                // it keeps them
    if (callers <= fitted) return true;
    const std::size_t needed = (callers + 1 - fitted) * buffer + (callers - 1) * of_thread + rest;
    void* volatile trial = std::malloc(needed);  // volatile: memory that nobody uses need not be asked for
    if (!trial) return false;
    std::free(trial);
    fitted = callers;
    return true;
}

}  // namespace

BestBlas::BestBlas(unsigned callers) : callers_(std::clamp(callers, 1U, most_callers)) {
    if (!buffers_fit(callers_)) callers_ = 1;
    if (!buffers_fit(callers_)) throw std::bad_alloc();
    static const bool chosen = choose_kernels();
    static_cast<void>(chosen);
    threads_before_ = openblas_get_num_threads();
    openblas_set_num_threads(1);
}

BestBlas::~BestBlas() { openblas_set_num_threads(threads_before_); }

}  // namespace eigenflow::data

#include "blas_kernels.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <mutex>
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

/// What the objects that live share.
struct Shared {
    std::mutex lock;
    unsigned living = 0;
    unsigned callers = 0;  // of all of them
    unsigned fitted = 0;   // callers that have had buffers: it keeps them
    int threads_before = 1;
};
Shared shared;

/// Room for a buffer for every caller, and for one more: the thread that OpenBLAS starts before main() may be waiting
/// for the first. `added` of the callers are yet to be started.
bool buffers_fit(unsigned callers, unsigned added) {
    constexpr std::size_t buffer = std::size_t{128} << 20;  // [bytes]
    constexpr std::size_t rest = std::size_t{16} << 20;
    constexpr std::size_t of_thread = std::size_t{144} << 20;  // a stack, and what malloc reserves for a thread
    if (callers <= shared.fitted) return true;
    const std::size_t needed = (callers + 1 - shared.fitted) * buffer + (added - 1) * of_thread + rest;
    void* volatile trial = std::malloc(needed);  // volatile: memory that nobody uses need not be asked for
    if (!trial) return false;
    std::free(trial);
    shared.fitted = callers;
    return true;
}

}  // namespace

BestBlas::BestBlas(unsigned callers) : callers_(std::clamp(callers, 1U, most_callers)) {
    const std::lock_guard guard(shared.lock);
    const auto fits = [&] { return buffers_fit(shared.callers + callers_, callers_); };
    while (callers_ > 1 && !fits()) callers_ /= 2;
    if (!fits()) throw std::bad_alloc();
    if (shared.living++ == 0) {
        static const bool chosen = choose_kernels();  // nobody calls OpenBLAS now
        static_cast<void>(chosen);
        shared.threads_before = openblas_get_num_threads();
        openblas_set_num_threads(1);
    }
    shared.callers += callers_;
}

BestBlas::~BestBlas() {
    const std::lock_guard guard(shared.lock);
    shared.callers -= callers_;
    if (--shared.living == 0) openblas_set_num_threads(shared.threads_before);
}

}  // namespace eigenflow::data

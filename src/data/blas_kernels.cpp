#include "blas_kernels.hpp"

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

/// OpenBLAS maps a buffer for every thread that calls it, and where there is no room for it tries again forever. There
/// have to be two: the thread that it starts before main() may be waiting for the first.
bool buffers_fit() {
    constexpr std::size_t buffers = 2 * (std::size_t{128} << 20) + (std::size_t{16} << 20);  // [bytes]
    static bool fitted = false;                                                              // it keeps them
    if (fitted) return true;
    void* volatile trial = std::malloc(buffers);  // volatile: memory that nobody uses need not be asked for
    fitted = trial != nullptr;
    std::free(trial);
    return fitted;
}

}  // namespace

BestBlas::BestBlas() {
    if (!buffers_fit()) throw std::bad_alloc();
    static const bool chosen = choose_kernels();
    static_cast<void>(chosen);
    threads_before_ = openblas_get_num_threads();
    openblas_set_num_threads(1);
}

BestBlas::~BestBlas() { openblas_set_num_threads(threads_before_); }

}  // namespace eigenflow::data

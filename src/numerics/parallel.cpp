#include "eigenflow/numerics/parallel.hpp"

#include <algorithm>

#ifndef EIGENFLOW_THREADS
#define EIGENFLOW_THREADS 1
#endif

#if EIGENFLOW_THREADS
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>
#endif

namespace eigenflow::numerics {

#if EIGENFLOW_THREADS

void parallel_for(std::size_t count, Threads threads, const std::function<void(std::size_t)>& task) {
    const std::size_t workers = std::min<std::size_t>(std::max(1U, threads.value), count);
    if (workers <= 1) {
        for (std::size_t i = 0; i < count; ++i) task(i);
        return;
    }
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex failure_lock;
    const auto work = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                task(i);
            } catch (...) {
                const std::lock_guard guard(failure_lock);
                if (!failure) failure = std::current_exception();
                next = count;
            }
        }
    };
    {
        std::vector<std::jthread> pool;
        pool.reserve(workers - 1);
        try {
            for (std::size_t w = 1; w < workers; ++w) pool.emplace_back(work);
        } catch (const std::system_error&) {
            // No more threads (a limit on memory or processes): those that are there do all of it.
        }
        work();
    }
    if (failure) std::rethrow_exception(failure);
}

Threads hardware_threads() { return Threads(std::max(1U, std::thread::hardware_concurrency())); }

#else

void parallel_for(std::size_t count, Threads, const std::function<void(std::size_t)>& task) {
    for (std::size_t i = 0; i < count; ++i) task(i);
}

Threads hardware_threads() { return Threads(1); }

#endif

}  // namespace eigenflow::numerics

#pragma once

#include <cstddef>
#include <functional>

#include "eigenflow/core/strong_types.hpp"

namespace eigenflow::numerics {

/// Calls task(0) … task(count − 1), each exactly once, on up to `threads` threads, and returns when all are done.
///
/// Tasks must write to places of their own: then the result has the same bytes for any number of threads.
/// An exception of a task is rethrown here after the others have ended. With EIGENFLOW_THREADS=0 (WebAssembly)
/// everything runs on the caller's thread.
void parallel_for(std::size_t count, Threads threads, const std::function<void(std::size_t)>& task);

/// The number of hardware threads, at least 1.
Threads hardware_threads();

}  // namespace eigenflow::numerics

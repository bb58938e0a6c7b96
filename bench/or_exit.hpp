#pragma once

#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include "eigenflow/core/result.hpp"

namespace eigenflow::bench {

/// The value, or the end of the program with the error's sentence: a benchmark of a refused problem measures nothing.
template <class T>
T or_exit(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "eigenflow_bench: %s\n", result.error().message.c_str());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

}  // namespace eigenflow::bench

#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "eigenflow/core/strong_types.hpp"

namespace eigenflow::bench {

/// The timed part of a task: computes, and returns the numbers that the peer's are compared with.
using Work = std::function<std::vector<double>()>;

/// One line of the list that compare.sh runs.
struct Task {
    std::string_view name;
    /// Everything that is not timed: inputs, which compare.py has written into `folder`.
    Work (*prepare)(const std::filesystem::path& folder, Threads threads);
};

std::span<const Task> dynamics_tasks();
std::span<const Task> data_tasks();
std::span<const Task> table_tasks();

}  // namespace eigenflow::bench

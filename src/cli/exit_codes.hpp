#pragma once

#include <string>

#include "eigenflow/core/result.hpp"

namespace eigenflow::cli {

enum ExitCode : int { done = 0, bug = 1, usage = 2, file = 3, numerics = 4, stopped = 75 };

/// Prints the sentence to stderr, each line of it prefixed "eigenflow: ", and returns its exit code.
int report(const Error& error);

/// As report(); sentences on what a scenario asks for (usage) begin with the scenario's file.
int report_on(const std::string& scenario_file, const Error& error);

}  // namespace eigenflow::cli

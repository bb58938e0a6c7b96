#pragma once

#include <string>

#include "eigenflow/core/result.hpp"

namespace eigenflow::cli {

enum ExitCode : int { done = 0, bug = 1, usage = 2, file = 3, numerics = 4, stopped = 75 };

struct ExitMeaning {
    int code;
    const char* meaning;
};
inline constexpr ExitMeaning exit_meanings[] = {
    {done, "done"},
    {bug, "a bug"},
    {usage, "the command line or the scenario is wrong; nothing was written"},
    {file, "a file could not be read, parsed as data, or written"},
    {numerics, "numerics failed: what is good is written, the other rows carry a status"},
    {stopped, "stopped by a signal; sweep and measure go on with --resume"},
};

inline constexpr const char* out_of_memory =
    "out of memory: use fewer modes (measure: --top), fewer times, less output.modes or --threads 1";

/// Prints the sentence to stderr, each line of it prefixed "eigenflow: ", and returns its exit code.
int report(const Error& error);

/// As report(); sentences on what a scenario asks for (usage) begin with the scenario's file.
int report_on(const std::string& scenario_file, const Error& error);

}  // namespace eigenflow::cli

#pragma once

#include <CLI/App.hpp>
#include <string>

#include "eigenflow/core/strong_types.hpp"

namespace eigenflow::cli {

/// --threads and --quiet, which every long command has.
struct WorkOptions {
    unsigned threads;
    bool quiet = false;
    Threads workers() const { return Threads(threads); }
};
void add_work_options(CLI::App& command, WorkOptions& options);

}  // namespace eigenflow::cli

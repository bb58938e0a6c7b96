#pragma once

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
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

/// low ≤ value ≤ high. What is no whole number is called that, and not out of range as by CLI::Range.
CLI::Validator whole_number(long low, long high);

}  // namespace eigenflow::cli

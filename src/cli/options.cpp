#include "options.hpp"

#include <CLI/CLI.hpp>

#include "eigenflow/numerics/parallel.hpp"

namespace eigenflow::cli {

void add_work_options(CLI::App& command, WorkOptions& options) {
    options.threads = numerics::hardware_threads().value;
    command.add_option("--threads", options.threads, "Worker threads; no result depends on them")
        ->check(CLI::Range(1U, 1024U))
        ->capture_default_str();
    command.add_flag("--quiet", options.quiet, "No progress and no summary on stderr; errors are still shown");
}

}  // namespace eigenflow::cli

#include "options.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <string>
#include <system_error>

#include "eigenflow/numerics/parallel.hpp"

namespace eigenflow::cli {

void add_work_options(CLI::App& command, WorkOptions& options) {
    options.threads = numerics::hardware_threads().value;
    command.add_option("--threads", options.threads, "Worker threads; no result depends on them")
        ->check(whole_number(1, 1024))
        ->capture_default_str();
    command.add_flag("--quiet", options.quiet, "No progress and no summary on stderr; errors are still shown");
}

CLI::Validator whole_number(long low, long high) {
    const std::string range = std::to_string(low) + " to " + std::to_string(high);
    const auto judge = [low, high, range](const std::string& text) -> std::string {
        long value = 0;
        const char* end = text.data() + text.size();
        const auto [stopped, problem] = std::from_chars(text.data(), end, value);
        const bool digits = stopped == end && problem != std::errc::invalid_argument;
        if (!digits) return "\"" + text + "\" is not a whole number: use " + range;
        return problem == std::errc() && low <= value && value <= high ? "" : text + " is out of range: use " + range;
    };
    return {judge, "INT in [" + std::to_string(low) + " - " + std::to_string(high) + "]", "whole number"};
}

}  // namespace eigenflow::cli

#pragma once

#include <span>

namespace CLI {
class App;
}

namespace eigenflow::cli {

/// A subcommand: adds itself and its options to the program, with a callback that stores its exit code.
using AddCommand = void (*)(CLI::App& program, int& exit_code);

void add_run(CLI::App& program, int& exit_code);
void add_sweep(CLI::App& program, int& exit_code);
void add_check(CLI::App& program, int& exit_code);
void add_reference(CLI::App& program, int& exit_code);
void add_spectrum(CLI::App& program, int& exit_code);
void add_measure(CLI::App& program, int& exit_code);
void add_fit(CLI::App& program, int& exit_code);
void add_compare(CLI::App& program, int& exit_code);
void add_suggest(CLI::App& program, int& exit_code);
void add_manual(CLI::App& program, int& exit_code);      ///< for packages
void add_completion(CLI::App& program, int& exit_code);  ///< for packages

/// The registry: one file and one line a subcommand.
std::span<const AddCommand> commands();

/// Parses the command line and runs the subcommand. Never throws; returns the exit code of the process.
int run_command_line(int argc, char** argv);

}  // namespace eigenflow::cli

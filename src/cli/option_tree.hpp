#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace eigenflow::cli {

/// The commands that --help lists.
std::vector<const CLI::App*> shown_commands(const CLI::App& program);

/// What the type of an option says to a reader: CLI11's "INT:INT in [1 - 4]" is "INT in [1 - 4]", "TEXT:{a,b}" is
/// "{a,b}". Empty for flags.
std::string type_text(const CLI::Option& option);

/// A command that prints `text` of the tree of options and that --help does not show: packages call it.
void add_hidden(CLI::App& program, const char* name, const char* about, std::string (*text)(const CLI::App&),
                int& exit_code);

}  // namespace eigenflow::cli

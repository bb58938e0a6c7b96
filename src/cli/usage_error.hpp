#pragma once

#include <CLI/App.hpp>
#include <span>

#include "eigenflow/core/result.hpp"

namespace eigenflow::cli {

/// What is wrong with a command line that CLI11 has refused, in one sentence with the nearest command or option.
Error usage_error(const CLI::App& program, const CLI::ParseError& error, std::span<char* const> words);

}  // namespace eigenflow::cli

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "eigenflow/core/result.hpp"

namespace eigenflow::scenario {

// Directories that can be resumed hold a file that says what of: sweep.toml, measure.toml.

/// The bytes of a file; empty where it can't be read.
std::optional<std::string> bytes_of(const std::filesystem::path& file);

/// ErrorKind::file: "the output directory DIR <reason>; <remedy>"
Error refusal(const std::filesystem::path& directory, const std::string& reason, const char* remedy);

}  // namespace eigenflow::scenario

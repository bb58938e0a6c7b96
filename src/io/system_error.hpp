#pragma once

#include <filesystem>
#include <string_view>

#include "eigenflow/core/result.hpp"

namespace eigenflow::io {

/// "cannot <action> <path>: <the system's reason>; <remedy>" for an errno value.
Error system_error(std::string_view action, const std::filesystem::path& path, int code);

}  // namespace eigenflow::io

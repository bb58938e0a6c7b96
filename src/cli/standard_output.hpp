#pragma once

#include <string_view>

namespace eigenflow::cli {

/// Writes text to stdout, which carries data only; a full disk or a closed pipe is exit code 3 with a sentence.
int print_data(std::string_view text);

}  // namespace eigenflow::cli

#pragma once

#include <string>
#include <string_view>

namespace eigenflow::cli {

/// "eigenflow: <sentence>" and a newline. Control characters (C0, DEL, C1 in UTF-8), which names of files may hold and
/// a terminal takes for commands, become '?'.
std::string line_of(std::string_view sentence);

/// Prints the line to stderr. Where that can't be written, as to a pipe that was closed, it is lost, and nothing else.
void say(std::string_view sentence);

}  // namespace eigenflow::cli

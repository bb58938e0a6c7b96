#pragma once

#include <string>

namespace eigenflow {

/// The shortest text that reads back to the same bits: 1e-08, not the 0.000000 of std::to_string.
std::string shortest_text(double value);

}  // namespace eigenflow

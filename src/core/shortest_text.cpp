#include "eigenflow/core/shortest_text.hpp"

#include <charconv>

namespace eigenflow {

std::string shortest_text(double value) {
    char digits[32];  // -2.2250738585072014e-308 has 24
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

}  // namespace eigenflow

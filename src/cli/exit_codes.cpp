#include "exit_codes.hpp"

#include <fmt/core.h>

#include <sstream>
#include <string>

namespace eigenflow::cli {

int report(const Error& error) {
    std::istringstream lines(error.message);
    for (std::string line; std::getline(lines, line);) fmt::print(stderr, "eigenflow: {}\n", line);
    switch (error.kind) {
        case ErrorKind::internal:
            return bug;
        case ErrorKind::usage:
            return usage;
        case ErrorKind::file:
            return file;
        case ErrorKind::numerics:
            return numerics;
    }
    return bug;
}

}  // namespace eigenflow::cli

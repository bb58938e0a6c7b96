#include "exit_codes.hpp"

#include <sstream>
#include <string>

#include "say.hpp"

namespace eigenflow::cli {

int report(const Error& error) {
    std::istringstream lines(error.message);
    for (std::string line; std::getline(lines, line);) say(line);
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

int report_on(const std::string& scenario_file, const Error& error) {
    if (error.kind != ErrorKind::usage) return report(error);
    std::istringstream lines(error.message);
    std::string located;
    for (std::string line; std::getline(lines, line);) located.append(scenario_file + ": " + line + "\n");
    return report({error.kind, located});
}

}  // namespace eigenflow::cli

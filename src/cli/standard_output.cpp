#include "standard_output.hpp"

#include <cstdio>

#include "exit_codes.hpp"

namespace eigenflow::cli {

int print_data(std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (written) return done;
    return report({ErrorKind::file, "standard output could not be written: is the disk full, or the pipe closed?"});
}

}  // namespace eigenflow::cli

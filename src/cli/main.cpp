#include <csignal>

#include "commands.hpp"

int main(int argc, char** argv) {
    // A file-size limit or a closed pipe is a failed write, which is reported with its path, not a killed process.
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    return eigenflow::cli::run_command_line(argc, argv);
}

#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "commands.hpp"

namespace {

bool memory_is_limited() {
    struct rlimit limit {};
    return ::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

}  // namespace

int main(int argc, char** argv) {
    // A file-size limit or a closed pipe is a failed write, which is reported with its path, not a killed process.
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    const int code = eigenflow::cli::run_command_line(argc, argv);
    // OpenBLAS starts threads before main() and waits for them after it. One that found no memory for its buffer asks
    // for it forever, and the wait would be as long. Every file is closed by now.
    if (memory_is_limited()) {
        std::fflush(nullptr);
        std::_Exit(code);
    }
    return code;
}

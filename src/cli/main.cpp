#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>

#include "commands.hpp"
#include "eigenflow/io/temporary_files.hpp"
#include "exit_codes.hpp"

namespace {

bool memory_is_limited() {
    struct rlimit limit {};
    return ::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

std::terminate_handler library_handler = nullptr;

// Destructors may need memory too (those of nlohmann's json do, at any depth): where there is none, they end here.
[[noreturn]] void on_terminate() {
    try {
        if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
    } catch (const std::bad_alloc&) {
        eigenflow::io::end_all_writing();
        for (const char* part : {"eigenflow: ", eigenflow::cli::out_of_memory, "\n"}) std::fputs(part, stderr);
        std::_Exit(eigenflow::cli::numerics);
    } catch (...) {
    }
    library_handler();  // says what was thrown
    std::abort();
}

// What is opened first would have the number of a standard stream that is closed, and be written to as that.
void keep_standard_streams_apart() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // Read-only: what is written to it fails, as it should, since nobody gets it.
        if (::fcntl(stream, F_GETFD) == -1 && ::open("/dev/null", O_RDONLY) != stream) return;
    }
}

}  // namespace

int main(int argc, char** argv) {
    keep_standard_streams_apart();
    // A file-size limit or a closed pipe is a failed write, which is reported with its path, not a killed process.
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    library_handler = std::set_terminate(on_terminate);
    const int code = eigenflow::cli::run_command_line(argc, argv);
    // OpenBLAS starts threads before main() and waits for them after it. One that found no memory for its buffer asks
    // for it forever, and the wait would be as long. Every file is closed by now.
    if (memory_is_limited()) {
        std::fflush(nullptr);
        std::_Exit(code);
    }
    return code;
}

#include "stop_signals.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <system_error>
#include <utility>

#include "eigenflow/io/temporary_files.hpp"
#include "exit_codes.hpp"
#include "say.hpp"

namespace eigenflow::cli {
namespace {

struct Signal {
    int number;
    const char* name;
};
constexpr std::array<Signal, 3> stopping = {{{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}}};
constexpr unsigned char over = stopping.size();  // what the pipe carries besides positions in `stopping`

std::atomic<int> to_watcher{-1};
static_assert(std::atomic<int>::is_always_lock_free);  // it is read in a signal handler

// A handler rather than blocked signals and sigwait(): OpenBLAS starts threads before main(), which would still take
// the signal.
extern "C" void tell_watcher(int number) {
    const int before = errno;
    for (unsigned char i = 0; i < stopping.size(); ++i) {
        if (stopping[i].number == number && ::write(to_watcher, &i, 1) < 0) break;
    }
    errno = before;
}

// Not by stdio, whose lock somebody may hold who waits for a full pipe to be read. What poll() says there is room for
// is PIPE_BUF bytes at least.
void tell_who_listens(const std::string& line) {
    constexpr int patience = 1000;  // [ms]
    // On a terminal a progress line may stand there unfinished.
    const std::string text = ((::isatty(STDERR_FILENO) == 1 ? "\n" : "") + line).substr(0, PIPE_BUF);
    pollfd listener{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
    const bool listens = ::poll(&listener, 1, patience) == 1 && (listener.revents & POLLOUT) != 0;
    if (listens && ::write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // nobody reads it
}

}  // namespace

StopSignals::StopSignals() {
    // Without a pipe or a thread signals end the process as they do by default: only the sentence is lost.
    if (::pipe2(pipe_.data(), O_CLOEXEC) != 0) return;
    try {
        watcher_ = std::thread([this] { watch(); });
    } catch (const std::system_error&) {
        for (const int end : pipe_) ::close(end);
        return;
    }
    to_watcher = pipe_[1];
    for (const Signal& signal : stopping) {
        struct sigaction before {};
        struct sigaction ours {};
        ::sigaction(signal.number, nullptr, &before);
        if (before.sa_handler == SIG_IGN) continue;
        ours.sa_handler = tell_watcher;
        ours.sa_flags = SA_RESTART;
        ::sigaction(signal.number, &ours, nullptr);
    }
}

StopSignals::~StopSignals() {
    if (!watcher_.joinable()) return;
    // The program is about to end by itself.
    for (const Signal& signal : stopping) std::signal(signal.number, SIG_IGN);
    while (::write(pipe_[1], &over, 1) < 0 && errno == EINTR) {
    }
    watcher_.join();
    to_watcher = -1;
    for (const int end : pipe_) ::close(end);
}

void StopSignals::begin(std::function<std::string()> left) {
    const std::lock_guard guard(ending_);
    left_ = std::move(left);
}

io::Placing StopSignals::uninterrupted(int exit_code) {
    return [this, exit_code](const std::function<Result<void>()>& place) {
        const std::lock_guard guard(ending_);
        auto placed = place();
        if (placed) exit_code_ = exit_code;
        return placed;
    };
}

void StopSignals::finished(int exit_code) {
    const std::lock_guard guard(ending_);
    exit_code_ = exit_code;
}

void StopSignals::watch() {
    unsigned char which = over;
    while (::read(pipe_[0], &which, 1) < 0 && errno == EINTR) {
    }
    if (which >= over) return;
    const std::lock_guard guard(ending_);
    io::end_all_writing();
    if (exit_code_) ::_exit(*exit_code_);
    try {
        const std::string left = left_ ? left_() : "nothing was begun";
        tell_who_listens(line_of(std::string("stopped by ") + stopping[which].name + ": " + left));
    } catch (...) {  // no memory for a sentence
    }
    ::_exit(stopped);
}

}  // namespace eigenflow::cli

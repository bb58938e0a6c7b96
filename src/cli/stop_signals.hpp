#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "eigenflow/io/file_group.hpp"

namespace eigenflow::cli {

/// While it lives, SIGINT, SIGTERM and SIGHUP end the process at once with exit code 75 and one sentence on stderr. No
/// computation has to look out for them; files that are whole stay, and temporaries of files being written go.
/// A signal that was ignored before (nohup, a shell's background job) stays so. None parts what uninterrupted() puts in
/// place, and none is minded from then on, when little is left to do but to say how it went.
///
/// @param farewell  called with the signal's name, on a thread of its own while the others still work; returns the
///                  sentence. What it captures must live longer than this. One object at a time.
class StopSignals {
public:
    explicit StopSignals(std::function<std::string(const char* signal)> farewell);
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();

    /// For the step that gives the results their names: a signal waits until it is done, and is ignored then.
    io::Placing uninterrupted();
    /// Signals are ignored from here on: the work is over, well or not.
    void ignore();

private:
    void watch();
    void ignore_signals();

    std::function<std::string(const char*)> farewell_;
    std::array<int, 2> pipe_{-1, -1};  // from the handler, in which little is allowed, to the thread
    std::thread watcher_;
    std::mutex ending_;
    bool over_ = false;  // under ending_
};

}  // namespace eigenflow::cli

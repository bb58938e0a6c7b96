#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "eigenflow/io/file_group.hpp"

namespace eigenflow::cli {

/// While it lives, SIGINT, SIGTERM and SIGHUP end the process at once with exit code 75 and one sentence on stderr. No
/// computation has to look out for them; files that are whole stay, and temporaries of files being written go. A
/// sentence that nobody takes within a second, as from a pipe that is full, is lost. A signal that was ignored before
/// (nohup, a shell's background job) stays so. One object at a time.
///
/// The sentence is "stopped by SIGTERM: " and what begin() was given returns, before that "nothing was begun".
class StopSignals {
public:
    StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();

    /// The work begins.
    /// @param left  tells what of it is left and what to do; called on a thread of its own while the others still work.
    ///              What it captures must live longer than this.
    void begin(std::function<std::string()> left);
    /// For the step that gives the results their names. A signal waits for it, and finds the work finished.
    io::Placing uninterrupted(int exit_code);
    /// The results are in place: from here on a signal ends the process with this exit code, and without a sentence.
    void finished(int exit_code);

private:
    void watch();

    std::function<std::string()> left_;  // under ending_
    std::array<int, 2> pipe_{-1, -1};    // from the handler, in which little is allowed, to the thread
    std::thread watcher_;
    std::mutex ending_;
    std::optional<int> exit_code_;  // of finished work; under ending_
};

}  // namespace eigenflow::cli

#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "eigenflow/core/result.hpp"

namespace eigenflow::cli {

/// While it lives, SIGINT, SIGTERM and SIGHUP end the process at once with exit code 75 and one sentence on stderr. No
/// computation has to look out for them; files that are whole stay, and temporaries of files being written go.
/// A signal that was ignored before (nohup, a shell's background job) stays so. What finish() puts in place is put
/// there whole: a signal waits for it, and none is minded once it is done, when little is left to do but to say so.
///
/// @param farewell  called with the signal's name, on a thread of its own while the others still work; returns the
///                  sentence. What it captures must live longer than this. One object at a time.
class StopSignals {
public:
    explicit StopSignals(std::function<std::string(const char* signal)> farewell);
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();

    /// Puts the results in place, which ends the work unless it fails.
    Result<void> finish(const std::function<Result<void>()>& place);
    /// The results are in place.
    void finish();

private:
    void watch();
    void ignore_signals();

    std::function<std::string(const char*)> farewell_;
    std::array<int, 2> pipe_{-1, -1};  // from the handler, in which little is allowed, to the thread
    std::thread watcher_;
    std::mutex ending_;
    bool finished_ = false;  // under ending_
};

}  // namespace eigenflow::cli

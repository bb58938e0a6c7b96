#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace eigenflow::io {

/// Where a progress line goes, and the clock it is timed by.
struct ProgressTerminal {
    std::function<void(std::string_view)> write;  ///< empty: silent
    std::function<double()> seconds;              ///< a steady clock  [s]
    bool rewrites = false;                        ///< a terminal: one line, rewritten in place
    std::size_t width = 80;                       ///< longer lines are cut, where `rewrites`  [characters]
};

/// stderr. A dumb terminal (TERM=dumb) counts as a file. There is no colour, so NO_COLOR needs no care.
ProgressTerminal standard_error();
ProgressTerminal silent();

/// "label: 12/256, 3.1/s, 79 s left" while a long computation runs: nothing in the first 0.5 s, then at most ten times
/// a second in place on a terminal, and a plain line at most every 30 s elsewhere. finish(), or the destructor, ends
/// the line. It prints only from advance(), without a thread of its own.
class Progress {
public:
    Progress(std::string label, std::size_t total, ProgressTerminal terminal = standard_error());
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    /// Thread-safe; never waits for a thread that is printing.
    void advance(std::size_t count = 1);
    /// Call when all workers are done. A second call does nothing.
    void finish();

private:
    void print();

    std::string label_;
    std::size_t total_;
    ProgressTerminal terminal_;
    double start_;
    std::atomic<std::size_t> done_{0};
    std::mutex printing_;
    double due_;               // time of the next line
    std::size_t printed_ = 0;  // characters of the line on the terminal
    bool finished_ = false;
};

/// The line itself. `elapsed` in seconds since the start; without work done there is no rate and no time left.
std::string progress_line(std::string_view label, std::size_t done, std::size_t total, double elapsed);

}  // namespace eigenflow::io

#include "eigenflow/io/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace eigenflow::io {
namespace {

constexpr double quiet_start = 0.5;        // [s]
constexpr double terminal_interval = 0.1;  // [s]
constexpr double line_interval = 30.0;     // [s]

double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string duration(double seconds) {
    if (seconds < 99.5) return fmt::format("{:.0f} s", seconds);
    if (seconds < 99.5 * 60) return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

ProgressTerminal standard_error() {
    ProgressTerminal terminal;
    terminal.write = [](std::string_view text) {
        std::fwrite(text.data(), 1, text.size(), stderr);
        std::fflush(stderr);
    };
    terminal.seconds = steady_seconds;
    const char* kind = std::getenv("TERM");
    terminal.rewrites = ::isatty(STDERR_FILENO) == 1 && !(kind && std::string_view(kind) == "dumb");
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) terminal.width = size.ws_col;
    return terminal;
}

ProgressTerminal silent() { return {.write = {}, .seconds = steady_seconds}; }

std::string progress_line(std::string_view label, std::size_t done, std::size_t total, double elapsed) {
    std::string line = fmt::format("{}: {}/{}", label, done, total);
    if (done == 0 || !(elapsed > 0)) return line;
    const double rate = static_cast<double>(done) / elapsed;
    line += fmt::format(", {:.3g}/s", rate);
    if (done < total) return line + fmt::format(", {} left", duration(static_cast<double>(total - done) / rate));
    return line + fmt::format(", took {}", duration(elapsed));
}

Progress::Progress(std::string label, std::size_t total, ProgressTerminal terminal)
    : label_(std::move(label)),
      total_(total),
      terminal_(std::move(terminal)),
      start_(terminal_.seconds()),
      due_(start_ + (terminal_.rewrites ? quiet_start : line_interval)) {}

Progress::~Progress() { finish(); }

void Progress::advance(std::size_t count) {
    done_.fetch_add(count, std::memory_order_relaxed);
    if (!terminal_.write) return;
    const std::unique_lock lock(printing_, std::try_to_lock);
    if (!lock || terminal_.seconds() < due_) return;
    print();
}

void Progress::finish() {
    const std::lock_guard lock(printing_);
    if (std::exchange(finished_, true) || printed_ == 0 || !terminal_.rewrites) return;
    print();
    terminal_.write("\n");
}

void Progress::print() {
    const double now = terminal_.seconds();
    due_ = now + (terminal_.rewrites ? terminal_interval : line_interval);
    std::string line = progress_line(label_, done_.load(std::memory_order_relaxed), total_, now - start_);
    if (!terminal_.rewrites) {
        terminal_.write(line + '\n');
        return;
    }
    line.resize(std::min(line.size(), std::max<std::size_t>(terminal_.width, 2) - 1));  // a full line would wrap
    const std::size_t length = line.size();
    line.resize(std::max(length, printed_), ' ');  // blanks over the rest of the longer line before
    printed_ = length;
    terminal_.write('\r' + line);
}

}  // namespace eigenflow::io

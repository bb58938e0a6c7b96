#include "eigenflow/io/progress.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace eigenflow;
using io::Progress;

namespace {

/// A terminal that remembers, with a clock that stands still until it is set.
struct Recorder {
    std::string text;
    double now = 100.0;
    io::ProgressTerminal terminal(bool rewrites, std::size_t width = 80) {
        return {[this](std::string_view more) { text += more; }, [this] { return now; }, rewrites, width};
    }
};

}  // namespace

TEST_CASE("progress: the line names done, total, rate and the time left") {
    CHECK(io::progress_line("simulate", 0, 10, 5) == "simulate: 0/10");
    CHECK(io::progress_line("simulate", 3, 10, 0) == "simulate: 3/10");
    CHECK(io::progress_line("simulate", 20, 100, 10) == "simulate: 20/100, 2/s, 40 s left");
    CHECK(io::progress_line("simulate", 1, 61, 10) == "simulate: 1/61, 0.1/s, 10 min left");
    CHECK(io::progress_line("simulate", 1, 1081, 10) == "simulate: 1/1081, 0.1/s, 3.0 h left");
    CHECK(io::progress_line("simulate", 100, 100, 4) == "simulate: 100/100, 25/s, took 4 s");
}

TEST_CASE("progress: short work prints nothing") {
    for (const bool rewrites : {true, false}) {
        Recorder recorder;
        {
            Progress progress("work", 2, recorder.terminal(rewrites));
            progress.advance();
            recorder.now += 0.49;
            progress.advance();
        }
        CHECK(recorder.text.empty());
    }
}

TEST_CASE("progress: on a terminal one line is rewritten in place, at most ten times a second, and ended") {
    Recorder recorder;
    Progress progress("work", 1000, recorder.terminal(true));
    recorder.now += 1.0;
    progress.advance(10);
    progress.advance(10);  // 0 s later: not printed
    recorder.now += 999.0;
    progress.advance(980);
    progress.finish();
    progress.finish();
    const std::string first = "work: 10/1000, 10/s, 99 s left";
    const std::string last = "work: 1000/1000, 1/s, took 17 min";
    CHECK(recorder.text == '\r' + first + '\r' + last + '\r' + last + '\n');
}

TEST_CASE("progress: a shorter line covers the longer one before, and a narrow terminal cuts it") {
    Recorder recorder;
    Progress progress("work", 100, recorder.terminal(true, 21));
    recorder.now += 1.0;
    progress.advance(7);
    CHECK(recorder.text == "\rwork: 7/100, 7/s, 13");
    recorder.text.clear();
    Progress covered("w", 100, recorder.terminal(true));
    recorder.now += 3.0;
    covered.advance(7);
    recorder.now += 1.0;
    covered.advance(53);
    CHECK(recorder.text == "\rw: 7/100, 2.33/s, 40 s left\rw: 60/100, 15/s, 3 s left  ");
}

TEST_CASE("progress: elsewhere there is a plain line at most every 30 s") {
    Recorder recorder;
    {
        Progress progress("work", 100, recorder.terminal(false));
        for (int second = 1; second <= 70; ++second) {
            recorder.now += 1.0;
            progress.advance();
        }
    }
    CHECK(recorder.text == "work: 30/100, 1/s, 70 s left\nwork: 60/100, 1/s, 40 s left\n");
}

TEST_CASE("progress: silent is silent") {
    io::ProgressTerminal terminal = io::silent();
    double now = 0;
    terminal.seconds = [&] { return now; };
    Progress progress("work", 10, terminal);
    now = 1000;
    progress.advance(10);  // an empty function would throw when called
    progress.finish();
}

TEST_CASE("progress: no advance is lost between threads") {
    Recorder recorder;
    Progress progress("work", 40000, recorder.terminal(true));
    recorder.now += 1.0;
    std::vector<std::thread> workers;
    for (int worker = 0; worker < 4; ++worker) {
        workers.emplace_back([&] {
            for (int i = 0; i < 10000; ++i) progress.advance();
        });
    }
    for (std::thread& worker : workers) worker.join();
    progress.finish();
    CHECK(recorder.text.ends_with("\rwork: 40000/40000, 4e+04/s, took 1 s\n"));
}

TEST_CASE("progress on standard error writes there, and knows the time") {
    const auto terminal = eigenflow::io::standard_error();
    terminal.write("");
    const double before = terminal.seconds();
    CHECK(terminal.seconds() >= before);
    CHECK(terminal.width >= 1);
}

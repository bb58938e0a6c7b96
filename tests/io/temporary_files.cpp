#include "eigenflow/io/temporary_files.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "eigenflow/io/atomic_file.hpp"
#include "scratch_directory.hpp"

using namespace eigenflow;

TEST_CASE("temporaries: those of dead processes go, those of living ones and all other files stay") {
    const ScratchDirectory scratch;
    auto open = io::AtomicFile::open(scratch / "table.csv");
    REQUIRE(open);
    // Above the largest process number of Linux, 4194304: never alive.
    scratch.write(".eigenflow-2000000000-7.tmp", "half");
    for (const char* other : {".eigenflow--7.tmp", ".eigenflow-x-7.tmp", "eigenflow-2000000000-7.tmp",
                              ".eigenflow-2000000000.tmp", ".eigenflow-99999999999999999999-7.tmp"}) {
        scratch.write(other, "mine");
    }
    CHECK(scratch.entries() == 7);
    io::remove_abandoned_temporaries(scratch.path());
    CHECK(scratch.entries() == 6);
    CHECK_FALSE(std::filesystem::exists(scratch / ".eigenflow-2000000000-7.tmp"));
    CHECK(open->commit());
    CHECK(std::filesystem::exists(scratch / "table.csv"));
    io::remove_abandoned_temporaries(scratch / "absent");  // nothing there is nothing to do
}

// The story: in a container every process is number 1, and what a killed one left was taken for a living one's; from
// outside of it a living one's was taken for a dead one's.
TEST_CASE("temporaries: of a process whose number another one has those that are locked stay, and old others go") {
    const ScratchDirectory scratch;
    const auto hour_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
    const auto write = [&](const std::string& name) {
        const auto path = scratch.write(name, "half");
        std::filesystem::last_write_time(path, hour_ago);
        return path;
    };
    const auto own_number = write(".eigenflow-" + std::to_string(::getpid()) + "-123456789.tmp");
    const auto own_number_just_now =
        scratch.write(".eigenflow-" + std::to_string(::getpid()) + "-123456788.tmp", "half");
    const auto first_number = write(".eigenflow-1-7.tmp");
    const auto just_written = scratch.write(".eigenflow-1-8.tmp", "half");
    const auto locked = write(".eigenflow-2000000000-7.tmp");
    const int descriptor = ::open(locked.c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(::flock(descriptor, LOCK_EX | LOCK_NB) == 0);
    io::remove_abandoned_temporaries(scratch.path());
    CHECK_FALSE(std::filesystem::exists(own_number));
    CHECK_FALSE(std::filesystem::exists(own_number_just_now));
    CHECK_FALSE(std::filesystem::exists(first_number));
    CHECK(std::filesystem::exists(just_written));
    CHECK(std::filesystem::exists(locked));
    ::close(descriptor);
    io::remove_abandoned_temporaries(scratch.path());
    CHECK_FALSE(std::filesystem::exists(locked));

    auto open = io::AtomicFile::open(scratch / "table.csv");
    REQUIRE(open);
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path())) {
        std::filesystem::last_write_time(entry.path(), hour_ago);
    }
    io::remove_abandoned_temporaries(scratch.path());
    CHECK(open->commit());
}

// The story: a process told to stop ran out of memory on its way out, and its second end waited for the lock of the
// first for ever.
TEST_CASE("temporaries: all writing ends once, and a second end does nothing") {
    const ScratchDirectory scratch;
    auto open = io::AtomicFile::open(scratch / "table.csv");
    REQUIRE(open);
    const pid_t child = ::fork();  // its writing ends, not ours
    REQUIRE(child >= 0);
    if (child == 0) {
        ::alarm(10);
        io::end_all_writing();
        io::end_all_writing();
        ::_exit(scratch.entries() == 0 ? 0 : 1);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

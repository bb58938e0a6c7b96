#include "eigenflow/io/temporary_files.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

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

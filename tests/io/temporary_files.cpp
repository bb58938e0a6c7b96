#include "eigenflow/io/temporary_files.hpp"

#include <doctest/doctest.h>

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

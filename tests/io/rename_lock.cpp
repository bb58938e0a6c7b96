// What happens at the moment of rename(), which this program has of its own.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "eigenflow/io/atomic_file.hpp"
#include "scratch_directory.hpp"

using namespace eigenflow;

namespace {
int renamed_locked = 0;
int renamed_free = 0;
}  // namespace

extern "C" int rename(const char* from, const char* to) noexcept {
    const int descriptor = ::open(from, O_RDONLY | O_CLOEXEC);
    (::flock(descriptor, LOCK_SH | LOCK_NB) == 0 ? renamed_free : renamed_locked)++;
    ::close(descriptor);
    return ::renameat(AT_FDCWD, from, AT_FDCWD, to);
}

// The story: a temporary was closed before it was renamed, and another program took it for abandoned in between.
TEST_CASE("temporaries: one is locked until it has its name") {
    const ScratchDirectory scratch;
    renamed_locked = renamed_free = 0;
    CHECK(io::write_file_atomically(scratch / "a.csv", "text"));
    CHECK(std::filesystem::exists(scratch / "a.csv"));
    CHECK(renamed_locked == 1);
    CHECK(renamed_free == 0);
    CHECK(scratch.entries() == 1);
}

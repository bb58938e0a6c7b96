// Files that somebody else writes while they are read, and what is no file.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "eigenflow/io/npy.hpp"
#include "npy_bytes.hpp"
#include "scratch_directory.hpp"

using namespace eigenflow;
using io::NpyFile;

namespace {

constexpr std::size_t rows = 4000, columns = 10, header_bytes = 128;

// rows × columns of uint8, all `value`, written an hour ago: times of files have a grain of milliseconds.
std::filesystem::path array(const ScratchDirectory& scratch, char value, bool fortran) {
    const auto path =
        scratch.write("a.npy", npy(dictionary("|u1", fortran, "(4000, 10)"), std::string(rows * columns, value)));
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    return path;
}

}  // namespace

TEST_CASE("npy: a file that is cut, replaced in place or written again while it is open is refused") {
    const ScratchDirectory scratch;
    std::vector<double> read(rows * columns);
    for (const bool fortran : {false, true}) {
        for (const std::string change : {"cut", "cut in the header", "longer", "other values"}) {
            CAPTURE(fortran);
            CAPTURE(change);
            const auto path = array(scratch, 1, fortran);
            const auto file = NpyFile::open(path);
            REQUIRE(file);
            REQUIRE(file->read_rows(0, rows, read));
            if (change == "other values") {
                std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(header_bytes + 7).put(2);
            } else {
                std::filesystem::resize_file(path, change == "cut"      ? header_bytes + 9
                                                   : change == "longer" ? 50'000
                                                                        : 9);
            }
            const auto again = file->read_rows(0, rows, read);
            REQUIRE_FALSE(again);
            CHECK(again.error().kind == ErrorKind::file);
            CHECK(contains(again.error().message, path.string() + ": it was changed while it was read; try again"));
        }
    }
}

TEST_CASE("npy: a file that another one takes the name of is read to its end") {
    const ScratchDirectory scratch;
    const auto path = array(scratch, 1, false);
    const auto file = NpyFile::open(path);
    REQUIRE(file);
    std::filesystem::rename(scratch.write("b.npy", "something else"), path);
    std::vector<double> read(rows * columns);
    REQUIRE(file->read_rows(0, rows, read));
    CHECK(read == std::vector<double>(rows * columns, 1.0));
}

TEST_CASE("npy: with as many files open as there may be the error says how to raise their number") {
    const ScratchDirectory scratch;
    const auto path = array(scratch, 1, false);
    // UndefinedBehaviorSanitizer needs descriptors for a type that it sees the first time, as an error's is.
    REQUIRE_FALSE(NpyFile::open(scratch / "absent.npy"));
    struct rlimit before {};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    struct rlimit none = before;
    none.rlim_cur = 0;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const auto file = NpyFile::open(path);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    REQUIRE_FALSE(file);
    CHECK(contains(file.error().message, "Too many open files; close some files, or raise their limit (ulimit -n)"));
}

TEST_CASE("npy: a pipe is refused without waiting for somebody to write to it") {
    const ScratchDirectory scratch;
    REQUIRE(::mkfifo((scratch / "pipe").c_str(), 0600) == 0);
    CHECK(contains(NpyFile::open(scratch / "pipe").error().message, "it is not a regular file"));
}

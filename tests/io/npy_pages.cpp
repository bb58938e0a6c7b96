// What reading a large file leaves in this process's memory.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "eigenflow/io/npy.hpp"
#include "scratch_directory.hpp"

using namespace eigenflow;

namespace {

// Of the files that are mapped [bytes].
std::size_t memory_of_files() {
    std::ifstream counts("/proc/self/statm");
    std::size_t all = 0, resident = 0, of_files = 0;
    counts >> all >> resident >> of_files;
    return of_files * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

// The story: reads by several threads in Fortran order each dropped the pages that the others were in.
TEST_CASE(
    "npy: pages of a large file in Fortran order are dropped with every 4096 rows and with the last, not before") {
    constexpr std::size_t rows = 5000, columns = 14'000;  // 70 MB, of which every row is in 57 MB of pages
    constexpr std::size_t few = 8;
    const ScratchDirectory scratch;
    std::string header = "{'descr': '|u1', 'fortran_order': True, 'shape': (5000, 14000), }";
    header.append(117 - header.size(), ' ').append("\n");
    const auto path = scratch.write("a.npy", std::string("\x93NUMPY\x01\0\x76\0", 10) + header);
    std::filesystem::resize_file(path, 128 + rows * columns);  // zeros, which are not on the disk
    const auto file = io::NpyFile::open(path);
    REQUIRE(file);
    std::vector<double> read(few * columns, 1.0);
    const std::size_t before = memory_of_files();
    const auto held = [&] { return memory_of_files() > before + (std::size_t{32} << 20U); };
    for (std::size_t seen = few; seen < 4096; seen += few) REQUIRE(file->read_rows(0, few, read));
    CHECK(held());
    REQUIRE(file->read_rows(0, few, read));
    CHECK_FALSE(held());
    REQUIRE(file->read_rows(0, few, read));
    CHECK(held());
    REQUIRE(file->read_rows(rows - few, few, read));
    CHECK_FALSE(held());
    CHECK(std::all_of(read.begin(), read.end(), [](double value) { return value == 0.0; }));
}

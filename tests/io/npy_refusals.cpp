// Headers and files that are no NPY, or lie.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/io/npy.hpp"
#include "npy_bytes.hpp"
#include "scratch_directory.hpp"

using namespace eigenflow;
using io::NpyFile;

namespace {

std::string refusal(const ScratchDirectory& scratch, std::string_view bytes) {
    const auto file = NpyFile::open(scratch.write("a.npy", bytes));
    if (file) return "";
    CHECK(file.error().kind == ErrorKind::file);
    CHECK(contains(file.error().message, (scratch / "a.npy").string() + ": "));
    return file.error().message;
}

}  // namespace

TEST_CASE("npy: files that are cut short, too long, or no NPY are refused with the remedy") {
    const ScratchDirectory scratch;
    const std::string good = npy(dictionary("<f8", false, "(2, 3)"), elements("<f8", {1, 2, 3, 4, 5, 6}));
    CHECK(refusal(scratch, good).empty());
    CHECK(contains(refusal(scratch, good.substr(0, good.size() - 1)),
                   "promises 48 bytes of values, but it holds 47; it is"));
    CHECK(
        contains(refusal(scratch, good + 'x'), "promises 48 bytes of values, but it holds 49; save one array a file"));
    for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(refusal(scratch, good.substr(0, size)).empty());
    CHECK(contains(refusal(scratch, ""), "it is empty"));
    CHECK(contains(refusal(scratch, "PK\x03\x04 an npz archive"), "it is not an NPY file; write one with numpy.save"));
    CHECK(contains(NpyFile::open(scratch / "none.npy").error().message, "No such file or directory"));
    CHECK(contains(NpyFile::open(scratch.path()).error().message, "it is not a regular file"));
    CHECK(contains(NpyFile::open("/dev/zero").error().message, "it is not a regular file"));
}

TEST_CASE("npy: lying headers are refused before anything is read or allocated") {
    const ScratchDirectory scratch;
    const std::string values = elements("<f8", {1, 2});
    const auto shape = [&](const std::string& text) {
        return refusal(scratch, npy(dictionary("<f8", false, text), values));
    };
    CHECK(contains(shape("(1000000000000, 3)"), "promises 24000000000000 bytes"));
    CHECK(contains(shape("(4294967296, 4294967296)"), "promises 2^64 bytes or more"));
    CHECK(contains(shape("(2, 4294967296, 4294967296)"), "promises 2^64 bytes or more"));
    CHECK(contains(shape("(2305843009213693953,)"), "promises 2^64 bytes or more"));  // × 8 = 2^64 + 8
    CHECK(contains(shape("(9223372036854775809, 2)"), "promises 2^64 bytes or more"));
    CHECK(contains(shape("(18446744073709551616,)"), "not a length below 2^64"));
    CHECK(contains(shape("(-2,)"), "header is damaged"));
    CHECK(contains(shape("(2.0,)"), "header is damaged"));
    CHECK(contains(shape("(,)"), "header is damaged"));
    CHECK(contains(shape("[2]"), "shape is not a tuple"));
    CHECK(contains(shape("(2"), "header is damaged"));
    CHECK(contains(shape("()"), "a single number"));
    std::string ones;
    for (int axis = 1; axis < 64; ++axis) ones += ", 1";
    CHECK(shape("(2" + ones + ")").empty());
    CHECK(contains(shape("(2, 1" + ones + ")"), "shape has more than 64 axes"));
    CHECK(contains(shape("(0, 2)"), "an axis has length 0"));
    CHECK(contains(shape("(2, 0)"), "an axis has length 0"));

    for (const std::string type : {"<c16", "|O", "<i1", "<u2", "<f2", "|f8", "<U4", "f8", "", "<f88"}) {
        CAPTURE(type);
        CHECK(contains(refusal(scratch, npy(dictionary(type, false, "(2,)"), values)), "is not one of u1, i2, i4"));
    }
    for (const std::string header :
         {"", "{}", "x", "{'descr': '<f8', 'shape': (2,)}", "{'descr': '<f8', 'fortran_order': 1, 'shape': (2,)}",
          "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} x",
          "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)",
          "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
          "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}", "{'descr: '<f8'}"}) {
        CAPTURE(header);
        CHECK(contains(refusal(scratch, npy(header, values)), "header is damaged"));
    }
    CHECK(contains(refusal(scratch, npy("{'descr': [('x', '<f8')], }", values)), "(structured)"));
    CHECK(contains(refusal(scratch, npy(dictionary("\x1b[31m\xff.", false, "(2,)"), values)), "type '?[31m?.' is"));
    std::string bytes = npy(dictionary("<f8", false, "(2,)"), values, 2);
    for (std::size_t i = 8; i < 12; ++i) bytes[i] = '\xFF';
    CHECK(contains(refusal(scratch, bytes), "it is longer than 64 KiB"));
    bytes[10] = bytes[11] = '\0';
    CHECK(contains(refusal(scratch, bytes), "the file ends inside it"));
    bytes[6] = 4;
    CHECK(contains(refusal(scratch, bytes), "version is not 1.0, 2.0 or 3.0"));
}

TEST_CASE("npy: any single wrong byte in the header is refused or harmless, never read out of bounds") {
    const ScratchDirectory scratch;
    const std::string good = npy(dictionary("<f8", true, "(2, 3)"), elements("<f8", {1, 2, 3, 4, 5, 6}));
    std::size_t refused = 0;
    for (std::size_t place = 0; place < good.size() - 48; ++place) {
        for (const unsigned value : {0U, 0x20U, 0x27U, 0x28U, 0x30U, 0x39U, 0x3EU, 0x7BU, 0x7FU, 0xFFU}) {
            std::string bytes = good;
            bytes[place] = static_cast<char>(value);
            const auto file = NpyFile::open(scratch.write("a.npy", bytes));
            if (!file) {
                ++refused;
                continue;
            }
            CHECK(file->rows() * file->columns() * io::item_size(file->type()) == 48);
            std::vector<double> read(file->rows() * file->columns());
            CHECK((file->read_rows(0, file->rows(), read) || true));  // reads it all; values may be anything
        }
    }
    CHECK(refused > 10 * 60);  // all but blanks that stay blanks and the like: the dict alone has 60 places
}

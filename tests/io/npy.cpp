#include "eigenflow/io/npy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "npy_bytes.hpp"
#include "scratch_directory.hpp"

using namespace eigenflow;
using io::NpyFile;
using io::NpyType;
using Shape = std::vector<std::size_t>;

TEST_CASE("npy: every type, byte order and version gives the values that were stored") {
    const ScratchDirectory scratch;
    const std::vector<std::pair<std::string, std::vector<double>>> stored = {
        {"u1", {0, 1, 127, 128, 255, 7}},
        {"i2", {0, -1, 32767, -32768, 258, -2}},
        {"i4", {0, -1, 2147483647, -2147483648.0, 16909060, -2}},
        {"i8", {0, -1, 0x1p53, -0x1p63, 72623859790382856.0, -2}},
        {"f4", {0.5, -1.25, 0x1.fffffep127, 0x1p-149, -0.0, 3}},
        {"f8", {0.1, -1.25, std::numeric_limits<double>::max(), 0x1p-1074, -0.0, 3}}};
    for (std::size_t index = 0; index < stored.size(); ++index) {
        const std::string& name = stored[index].first;
        const std::vector<double>& values = stored[index].second;
        for (const std::string order : {"<", ">", "=", "|"}) {
            if (order == "|" && name != "u1") continue;
            for (const int version : {1, 2, 3}) {
                CAPTURE(name);
                CAPTURE(order);
                CAPTURE(version);
                const std::string type = order + name;
                const auto file = NpyFile::open(
                    scratch.write("a.npy", npy(dictionary(type, false, "(2, 3)"), elements(type, values), version)));
                REQUIRE(file);
                CHECK(file->type() == static_cast<NpyType>(index));
                CHECK(io::item_size(file->type()) == static_cast<std::size_t>(name[1] - '0'));
                CHECK(file->shape() == Shape{2, 3});
                std::vector<double> read(6);
                REQUIRE(file->read_rows(0, 2, read));
                CHECK(read == values);
                CHECK(std::signbit(read[4]) == std::signbit(values[4]));
            }
        }
    }
}

TEST_CASE("npy: Fortran order is delivered in C order, for any axes and any range of rows") {
    const ScratchDirectory scratch;
    for (const Shape& shape : {Shape{5}, Shape{4, 3}, Shape{3, 2, 4}, Shape{2, 3, 2, 5}, Shape{1, 7}, Shape{6, 1, 2}}) {
        const std::size_t total = std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
        const std::size_t columns = total / shape[0];
        // The element at C-order place p holds p. Fortran place: the first index runs fastest.
        std::vector<double> c_order(total);
        std::iota(c_order.begin(), c_order.end(), 0.0);
        std::vector<double> fortran_order(total);
        for (std::size_t place = 0; place < total; ++place) {
            std::size_t rest = place;
            std::size_t stride = total;
            std::size_t fortran_place = 0;
            for (std::size_t axis = shape.size(); axis-- > 0;) {
                stride /= shape[axis];
                fortran_place += rest % shape[axis] * stride;
                rest /= shape[axis];
            }
            fortran_order[fortran_place] = static_cast<double>(place);
        }
        std::string text = "(";
        for (const std::size_t length : shape) text += std::to_string(length) + ",";
        text += ")";
        CAPTURE(text);
        for (const bool fortran : {false, true}) {
            const auto file = NpyFile::open(scratch.write(
                "a.npy", npy(dictionary(">i4", fortran, text), elements(">i4", fortran ? fortran_order : c_order))));
            REQUIRE(file);
            CHECK(file->rows() == shape[0]);
            CHECK(file->columns() == columns);
            for (std::size_t first = 0; first <= shape[0]; ++first) {
                for (std::size_t count = 0; count <= shape[0] - first; ++count) {
                    std::vector<double> read(count * columns);
                    REQUIRE(file->read_rows(first, count, read));
                    CHECK(std::equal(read.begin(), read.end(), c_order.begin() + std::ptrdiff_t(first * columns)));
                }
            }
        }
    }
}

TEST_CASE("npy: headers that NumPy has written over the years, aligned or not") {
    const ScratchDirectory scratch;
    const std::string values = elements("<f8", {1, 2});
    for (const std::string header : {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
                                     "{\"shape\": (2L,), \"fortran_order\":True,\"descr\":\"<f8\"}",
                                     "{ 'descr' : '<f8' ,\n'fortran_order' : False , 'shape' : ( 2 , 1 ) , }  ",
                                     "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }x"}) {
        CAPTURE(header);
        std::string text = header;
        const bool odd = text.ends_with('x');
        if (odd) text.back() = ' ';  // 59 bytes: the values are not aligned to 8
        const std::string bytes =
            odd ? "\x93NUMPY" + little_endian(1, 2) + little_endian(text.size(), 2) + text + values : npy(text, values);
        const auto file = NpyFile::open(scratch.write("a.npy", bytes));
        REQUIRE(file);
        CHECK(file->rows() == 2);
        CHECK(file->columns() == 1);
        std::vector<double> read(1);
        REQUIRE(file->read_rows(1, 1, read));
        CHECK(read[0] == 2);
    }
}

TEST_CASE("npy: the first value that is not finite is reported by row and column") {
    const ScratchDirectory scratch;
    std::vector<double> values(12, 1.0);
    values[7] = std::numeric_limits<double>::quiet_NaN();   // C order: row 2, column 1
    values[10] = -std::numeric_limits<double>::infinity();  // row 3, column 1
    for (const std::string type : {"<f8", ">f8", "<f4", ">f4"}) {
        CAPTURE(type);
        const auto file =
            NpyFile::open(scratch.write("a.npy", npy(dictionary(type, false, "(4, 3)"), elements(type, values))));
        REQUIRE(file);
        std::vector<double> read(12);
        const auto whole = file->read_rows(0, 4, read);
        REQUIRE_FALSE(whole);
        CHECK(whole.error().kind == ErrorKind::file);
        CHECK(contains(whole.error().message, "row 2, column 1 (counted from 0) is nan, not a finite number"));
        CHECK(contains(file->read_rows(3, 1, std::span(read).first(3)).error().message,
                       "row 3, column 1 (counted from 0) is -inf"));
        CHECK(file->read_rows(0, 2, std::span(read).first(6)));
    }
}

TEST_CASE("npy: in images the value that is not finite is reported by pixel, and in colour by channel") {
    const ScratchDirectory scratch;
    std::vector<double> values(24, 1.0);
    values[17] = std::numeric_limits<double>::quiet_NaN();
    const auto refusal = [&](const std::string& shape, std::size_t rows) {
        const auto file =
            NpyFile::open(scratch.write("a.npy", npy(dictionary("<f8", false, shape), elements("<f8", values))));
        REQUIRE(file);
        std::vector<double> read(24);
        return file->read_rows(0, rows, read).error().message;
    };
    CHECK(contains(refusal("(2, 3, 4)", 2), "row 1, y 1, x 1 (counted from 0) is nan"));  // 17 = 12 + 4 + 1
    CHECK(contains(refusal("(2, 2, 2, 3)", 2), "row 1, y 0, x 1, channel 2 (counted from 0) is nan"));  // 12 + 3 + 2
}

TEST_CASE("npy: a range outside the array is a bug, not a read") {
    const ScratchDirectory scratch;
    const auto file =
        NpyFile::open(scratch.write("a.npy", npy(dictionary("<f8", false, "(2,)"), elements("<f8", {1, 2}))));
    REQUIRE(file);
    std::vector<double> out(2);
    CHECK(file->read_rows(1, 2, out).error().kind == ErrorKind::internal);
    CHECK(file->read_rows(3, 0, std::span<double>()).error().kind == ErrorKind::internal);
    CHECK(file->read_rows(1, std::numeric_limits<std::size_t>::max(), out).error().kind == ErrorKind::internal);
    CHECK(file->read_rows(0, 1, out).error().kind == ErrorKind::internal);
}

#include "eigenflow/io/csv_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "eigenflow/io/csv_writer.hpp"
#include "scratch_directory.hpp"

using namespace eigenflow;
using io::Gaps;
using io::read_csv;
using Numbers = std::vector<double>;

namespace {

// The message for a file with these bytes and the required columns mode and variance; empty when it can be read.
std::string refusal(const ScratchDirectory& scratch, std::string_view bytes) {
    const std::vector<std::string> required = {"mode", "variance"};
    const auto table = read_csv(scratch.write("t.csv", bytes), required);
    if (table) return "";
    CHECK(table.error().kind == ErrorKind::file);
    return table.error().message.substr(scratch.path().string().size() + 1);
}

// The message for one cell of column "variance" in line 3.
std::string number_refusal(const std::string& cell, Gaps gaps = Gaps::refused) {
    const ScratchDirectory scratch;
    const auto table = read_csv(scratch.write("t.csv", "mode,variance\n1,1\n2," + cell + "\n"));
    REQUIRE(table);
    const auto numbers = table->numbers("variance", gaps);
    if (numbers) return "";
    CHECK(numbers.error().kind == ErrorKind::file);
    return numbers.error().message.substr(scratch.path().string().size() + 1);
}

}  // namespace

TEST_CASE("csv reader: columns by name, in any order, beside others") {
    const ScratchDirectory scratch;
    const std::vector<std::string> required = {"mode", "variance"};
    auto read = read_csv(scratch.write("t.csv", "variance,note,mode\n0.5,first,1\n.25,,2\n"), required);
    REQUIRE(read);
    const io::CsvTable table = std::move(*read);
    CHECK(table.rows() == 2);
    CHECK(table.columns() == std::vector<std::string>{"variance", "note", "mode"});
    CHECK(*table.numbers("variance") == Numbers{0.5, 0.25});
    CHECK(*table.numbers("mode") == Numbers{1, 2});
    CHECK(*table.texts("note") == std::vector<std::string_view>{"first", ""});
    CHECK(table.text(1, 2) == "2");
    CHECK(table.has_column("note"));
    CHECK_FALSE(table.has_column("tau"));
    CHECK(table.place(1, 0) == (scratch / "t.csv").string() + ", line 3, column \"variance\"");
}

TEST_CASE("csv reader: CRLF, byte order mark, blanks, blank lines, and a last line without an end change nothing") {
    const ScratchDirectory scratch;
    for (const std::string bytes : {"a,b\n1,x\n2,y\n", "a,b\r\n1,x\r\n2,y\r\n",
                                    "\xEF\xBB\xBF"
                                    "a,b\n1,x\n2,y",
                                    "a , b\n 1\t, x \n 2 ,y\r", "\n\na,b\n\n1,x\r\n \t \n2,y\n\n\n",
                                    "\"a\",\"b\"\n\"1\", \"x\" \n\" 2 \",\"y\""}) {
        CAPTURE(bytes);
        const auto table = read_csv(scratch.write("t.csv", bytes));
        REQUIRE(table);
        CHECK(table->columns() == std::vector<std::string>{"a", "b"});
        REQUIRE(table->numbers("a"));
        CHECK(*table->numbers("a") == Numbers{1, 2});
        CHECK(*table->texts("b") == std::vector<std::string_view>{"x", "y"});
    }
}

TEST_CASE("csv reader: quoted cells hold commas, quotes and line breaks, and lines are still counted") {
    const ScratchDirectory scratch;
    const auto table =
        read_csv(scratch.write("t.csv", "a,b\n\"x,\"\"y\"\"\",1\n\"two\nlines, \r\nthree\",2\n\"\",z\n"));
    REQUIRE(table);
    CHECK(*table->texts("a") == std::vector<std::string_view>{"x,\"y\"", "two\nlines, \nthree", ""});
    CHECK(contains(table->numbers("b").error().message, "line 6, column \"b\": \"z\" is not a number"));
}

TEST_CASE("csv reader: numbers are read whole and correctly rounded") {
    const ScratchDirectory scratch;
    const auto table = read_csv(scratch.write("t.csv",
                                              "a\n+1\n-0\n1e-3\n5.e2\n9007199254740993\n2.2250738585072011e-308\n"
                                              "1.7976931348623157e308\n4.9406564584124654e-324\n"));
    REQUIRE(table);
    const auto numbers = table->numbers("a");
    REQUIRE(numbers);
    CHECK(*numbers == Numbers{1, 0, 1e-3, 500, 9007199254740992.0, 0x0.fffffffffffffp-1022,
                              std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min()});
    CHECK(std::signbit((*numbers)[1]));
}

TEST_CASE("csv reader: what is no finite number is refused with file, line, column and value") {
    CHECK(number_refusal("abc") ==
          "t.csv, line 3, column \"variance\": \"abc\" is not a number; write a finite decimal number such as 0.125 or "
          "1.25e-1");
    CHECK(contains(number_refusal(""), "line 3, column \"variance\": the cell is empty;"));
    CHECK(contains(number_refusal("\"\""), "the cell is empty;"));
    CHECK(contains(number_refusal("\"  \""), "the cell is empty;"));
    for (const std::string cell :
         {"1.5x", "1 2", "--1", "+-1", "+", "-", ".", "e5", "0x10", "\"1,5\"", "true", "1e", "1;2", "NA"}) {
        CAPTURE(cell);
        CHECK(contains(number_refusal(cell), "is not a number"));
        CHECK(contains(number_refusal(cell, Gaps::as_nan), "is not a number"));
    }
    for (const std::string cell : {"inf", "-Infinity", "+inf", "1e999", "-1e400", "1e-400"}) {
        CAPTURE(cell);
        CHECK(contains(number_refusal(cell, Gaps::as_nan), '"' + cell + "\" is "));
    }
    CHECK(contains(number_refusal("nan"), "\"nan\" is not a finite number"));
}

TEST_CASE("csv reader: gaps are read as NaN where they are asked for") {
    const ScratchDirectory scratch;
    const auto table = read_csv(scratch.write("t.csv", "a,b\n,1\nnan,2\n3,3\n\" \",4\n"));
    REQUIRE(table);
    const auto numbers = table->numbers("a", Gaps::as_nan);
    REQUIRE(numbers);
    CHECK(std::isnan((*numbers)[0]));
    CHECK(std::isnan((*numbers)[1]));
    CHECK((*numbers)[2] == 3);
    CHECK(std::isnan((*numbers)[3]));
}

TEST_CASE("csv reader: a strange value is shown short and on one line") {
    const std::string message = number_refusal("\"1\n\x1b[2J" + std::string(100, 'x') + "\"");
    CHECK(contains(message, "\"1??[2Jxxx"));
    CHECK(message.find_first_of("\n\x1b") == std::string::npos);
    CHECK(message.size() < 200);
    const std::string cut = number_refusal(std::string(39, 'x') + "τττ");  // the 40th byte is half a letter
    CHECK(contains(cut, "xx…\" is not"));
}

TEST_CASE("csv reader: files that are no table are refused with the remedy") {
    using namespace std::string_literals;
    const ScratchDirectory scratch;
    CHECK(contains(refusal(scratch, ""), "t.csv is empty; it needs a header"));
    CHECK(contains(refusal(scratch, "\xEF\xBB\xBF"), "is empty"));
    CHECK(contains(refusal(scratch, "\n \r\n"), "is empty"));
    CHECK(contains(refusal(scratch, "mode,variance\n"), "has a header but no rows"));
    CHECK(contains(refusal(scratch, "mode,variance"), "has a header but no rows"));
    CHECK(contains(refusal(scratch, "mode,variances\n1,2\n"),
                   "has no column \"variance\" (nearest: \"variances\"); it has \"mode, variances\"; rename"));
    CHECK(contains(refusal(scratch, "mode,tau\n1,2\n"), "has no column \"variance\"; it has"));
    CHECK(contains(refusal(scratch, "mode;variance\n1;2\n"), "separate the cells by commas"));
    CHECK(contains(refusal(scratch, "mode,variance,mode\n1,2,3\n"), "has two columns \"mode\"; rename or remove one"));
    CHECK(refusal(scratch, "mode,variance,x,x\n1,2,3,4\n").empty());  // not asked for
    CHECK(contains(refusal(scratch, "mode,variance\n1,2\n3\n"), "line 3: the row has 1 cells, but the header names 2"));
    CHECK(contains(refusal(scratch, "mode,variance\n1,2,\n"), "line 2: the row has 3 cells"));
    CHECK(contains(refusal(scratch, "mode,variance\n1,2\n\"3,4\n5,6\n"), "line 3: a quote that opens here is never"));
    CHECK(contains(refusal(scratch, "mode,variance\n\"1\"x,2\n"), "line 2: text follows the closing quote"));
    CHECK(contains(refusal(scratch, "mode,variance\n5\"\"6,\"7\"\"\n"), "line 2: a quote"));
    CHECK(contains(refusal(scratch, "mode,variance\n1,\0002\n"s), "line 2: there is a NUL byte"));
    CHECK(contains(refusal(scratch, "\xFF\xFEm\0o\0d\0e\0"s), "line 1: there is a NUL byte"));
}

TEST_CASE("csv reader: a file that can't be read is an error with the system's reason") {
    const ScratchDirectory scratch;
    CHECK(contains(read_csv(scratch / "none.csv").error().message, "none.csv: No such file or directory; check"));
    CHECK(contains(read_csv(scratch.path()).error().message, "Is a directory; name a file"));
    CHECK(read_csv(scratch / "none.csv").error().kind == ErrorKind::file);
}

TEST_CASE("csv reader: a line just below 16 MiB is read, one at the limit is refused with its number") {
    const ScratchDirectory scratch;
    const std::size_t limit = std::size_t{1} << 24U;
    const auto below = read_csv(scratch.write("t.csv", "a,b\n1," + std::string(limit - 3, 'x') + "\n2,y"));
    REQUIRE(below);
    CHECK(below->text(0, 1).size() == limit - 3);
    CHECK(below->text(1, 1) == "y");
    CHECK(contains(read_csv(scratch.write("t.csv", "a,b\n1,2\n1," + std::string(limit, 'x'))).error().message,
                   "line 3: the line has 16 MiB or more"));
}

// LineReader looks at the byte behind its data. In a file of more than two blocks a stale one is there, one block
// older. Where that is a line feed and the last line has none, LineReader alone runs past the end: rows of 1024 bytes
// divide the block, so a last line of 1023 bytes meets it.
TEST_CASE("csv reader: a file of several blocks ends where it ends, with and without a last line feed") {
    const ScratchDirectory scratch;
    const std::size_t block = std::size_t{1} << 24U;
    const std::size_t row_size = 1024;
    const std::size_t rows = 3 * block / row_size + 5;
    const std::string row = "1," + std::string(row_size - 3, 'x') + '\n';
    std::string bytes = "a,b\n";
    for (std::size_t i = 0; i < rows; ++i) bytes += row;
    for (const std::size_t tail : {row_size - 2, row_size - 1, row_size}) {
        CAPTURE(tail);
        const auto table = read_csv(scratch.write("t.csv", bytes + row.substr(0, tail)));
        REQUIRE(table);
        CHECK(table->rows() == rows + 1);
        CHECK(table->text(rows, 1) == row.substr(2, std::min(tail, row_size - 1) - 2));
    }
    const auto table = read_csv(scratch.write("t.csv", bytes));
    REQUIRE(table);
    CHECK(table->rows() == rows);
}

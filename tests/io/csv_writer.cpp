#include "eigenflow/io/csv_writer.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

#include "scratch_directory.hpp"

using namespace eigenflow;
using io::CsvWriter;

TEST_CASE("csv writer: header, shortest doubles, integers, bools, LF") {
    const ScratchDirectory scratch;
    auto writer = CsvWriter::open(scratch / "t.csv", {"tau", "mode", "gray_zone", "status"});
    REQUIRE(writer);
    writer->cell(0.1).cell(1).cell(true).cell("emerged").end_row();
    writer->cell(1.0 / 3).cell(std::size_t{2}).cell(false).cell(std::string("censored")).end_row();
    writer->cell(0.1f).cell(std::int64_t{-3}).cell(false).empty_cell().end_row();
    REQUIRE(writer->commit());
    CHECK(content(scratch / "t.csv") ==
          "tau,mode,gray_zone,status\n"
          "0.1,1,true,emerged\n"
          "0.3333333333333333,2,false,censored\n"
          "0.10000000149011612,-3,false,\n");
}

TEST_CASE("csv writer: extreme numbers keep their sign and their last digit, NaN and infinity are empty") {
    const ScratchDirectory scratch;
    using Double = std::numeric_limits<double>;
    auto writer = CsvWriter::open(scratch / "t.csv", {"a", "b", "c"});
    REQUIRE(writer);
    writer->cell(-0.0).cell(Double::denorm_min()).cell(Double::max()).end_row();
    writer->cell(Double::quiet_NaN()).cell(Double::infinity()).cell(-Double::infinity()).end_row();
    writer->cell(INT64_MIN).cell(UINT64_MAX).cell(INT64_MAX).end_row();
    REQUIRE(writer->commit());
    CHECK(content(scratch / "t.csv") ==
          "a,b,c\n-0,5e-324,1.7976931348623157e+308\n,,\n"
          "-9223372036854775808,18446744073709551615,9223372036854775807\n");
}

TEST_CASE("csv writer: text is quoted only where RFC 4180 or a blank needs it") {
    const ScratchDirectory scratch;
    auto writer = CsvWriter::open(scratch / "t.csv", {"plain name", "odd, name"});
    REQUIRE(writer);
    writer->cell("τ* of mode 1").cell("a,b").end_row();
    writer->cell("say \"no\"").cell("two\nlines").end_row();
    writer->cell(" lead").cell("").end_row();
    REQUIRE(writer->commit());
    CHECK(content(scratch / "t.csv") ==
          "plain name,\"odd, name\"\nτ* of mode 1,\"a,b\"\n\"say \"\"no\"\"\",\"two\nlines\"\n\" lead\",\n");
}

TEST_CASE("csv writer: an empty cell of a one-column table is not a blank line") {
    const ScratchDirectory scratch;
    auto writer = CsvWriter::open(scratch / "t.csv", {"a"});
    REQUIRE(writer);
    writer->empty_cell().end_row();
    REQUIRE(writer->commit());
    CHECK(content(scratch / "t.csv") == "a\n\"\"\n");
}

TEST_CASE("csv writer: a row of the wrong length is a bug, and the file does not appear") {
    for (const int cells : {0, 1, 3}) {
        CAPTURE(cells);
        const ScratchDirectory scratch;
        {
            auto writer = CsvWriter::open(scratch / "t.csv", {"a", "b"});
            REQUIRE(writer);
            for (int i = 0; i < cells; ++i) writer->cell(i);
            writer->end_row();
            CHECK_FALSE(writer->good());
            writer->cell(1).cell(2).end_row();  // a good row later does not hide it
            const auto committed = writer->commit();
            REQUIRE_FALSE(committed);
            CHECK(committed.error().kind == ErrorKind::internal);
            CHECK(contains(committed.error().message, "row 1"));
        }
        CHECK(scratch.entries() == 0);
    }
}

TEST_CASE("csv writer: a disk that fills up is remembered until commit") {
    auto writer = CsvWriter::open("/dev/full", {"a"});
    REQUIRE(writer);
    for (int i = 0; i < 100000; ++i) writer->cell(0.1).end_row();
    CHECK_FALSE(writer->good());
    const auto committed = writer->commit();
    REQUIRE_FALSE(committed);
    CHECK(committed.error().kind == ErrorKind::file);
    CHECK(contains(committed.error().message, "No space left"));
}

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "scratch_directory.hpp"

using namespace eigenflow;

TEST_CASE("csv round trip: 10^5 doubles of every exponent come back bit for bit") {
    using Double = std::numeric_limits<double>;
    std::vector<double> values = {0.0,
                                  -0.0,
                                  Double::min(),
                                  Double::max(),
                                  -Double::max(),
                                  Double::denorm_min(),
                                  -Double::denorm_min(),
                                  std::nextafter(Double::min(), 0.0),
                                  Double::epsilon(),
                                  0.1};
    std::mt19937_64 bits(1);  // its sequence is fixed by the standard
    while (values.size() < 100000) {
        const double value = std::bit_cast<double>(std::uint64_t{bits()});
        if (std::isfinite(value)) values.push_back(value);
        values.push_back(std::bit_cast<double>(bits() >> 12U));  // denormal
    }

    const ScratchDirectory scratch;
    auto writer = io::CsvWriter::open(scratch / "t.csv", {"row", "value"});
    REQUIRE(writer);
    for (std::size_t row = 0; row < values.size(); ++row) writer->cell(row).cell(values[row]).end_row();
    REQUIRE(writer->commit());

    const auto table = io::read_csv(scratch / "t.csv");
    REQUIRE(table);
    const auto read = table->numbers("value");
    REQUIRE(read);
    REQUIRE(read->size() == values.size());
    std::size_t different = 0;
    for (std::size_t row = 0; row < values.size(); ++row) {
        different += std::bit_cast<std::uint64_t>((*read)[row]) != std::bit_cast<std::uint64_t>(values[row]) ? 1 : 0;
    }
    CHECK(different == 0);
}

TEST_CASE("csv round trip: text comes back as it was, NaN as a gap") {
    const std::vector<std::string> texts = {"",      "plain", "a,b",      "\"",        "\"\"",   " blank ",  "\t",
                                            "a\nb",  "a\n",   "\n",       "τ → ∞",     "-",      "a\"b\"c,", ",",
                                            "a\"\n", "'",     "#comment", "x\ny\"\nz", "\"\n\"", "end"};
    const ScratchDirectory scratch;
    auto writer = io::CsvWriter::open(scratch / "t.csv", {"text", "number"});
    auto single = io::CsvWriter::open(scratch / "single.csv", {"text"});
    REQUIRE(writer);
    REQUIRE(single);
    for (const std::string& text : texts) {
        writer->cell(text).cell(std::nan("")).end_row();
        single->cell(text).end_row();
    }
    REQUIRE(writer->commit());
    REQUIRE(single->commit());
    for (const char* name : {"t.csv", "single.csv"}) {
        const auto table = io::read_csv(scratch / name);
        REQUIRE(table);
        REQUIRE(table->rows() == texts.size());
        for (std::size_t row = 0; row < texts.size(); ++row) CHECK(table->text(row, 0) == texts[row]);
    }
    const auto table = io::read_csv(scratch / "t.csv");
    const auto numbers = table->numbers("number", io::Gaps::as_nan);
    REQUIRE(numbers);
    for (const double number : *numbers) CHECK(std::isnan(number));
}

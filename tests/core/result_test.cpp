#include "eigenflow/core/result.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

using eigenflow::Error;
using eigenflow::ErrorKind;
using eigenflow::Result;

TEST_CASE("Result holds a value or an error, never both") {
    const Result<int> good = 7;
    REQUIRE(good);
    CHECK(*good == 7);
    const Result<int> bad = Error{ErrorKind::file, "spectrum.csv is empty"};
    REQUIRE_FALSE(bad);
    CHECK(bad.error().kind == ErrorKind::file);
    CHECK(bad.error().message == "spectrum.csv is empty");
}

TEST_CASE("Result of an Error's own type still tells a value from a failure") {
    const Result<std::string> value = std::string("text");
    CHECK(value);
    CHECK(value->size() == 4);
}

TEST_CASE("Result moves what can't be copied") {
    Result<std::unique_ptr<int>> made = std::make_unique<int>(3);
    const std::unique_ptr<int> owned = *std::move(made);
    REQUIRE(owned);
    CHECK(*owned == 3);
}

TEST_CASE("Result<void> is success unless it holds an error") {
    CHECK(Result<void>());
    const Result<void> bad = Error{ErrorKind::numerics, "no"};
    REQUIRE_FALSE(bad);
    CHECK(bad.error().kind == ErrorKind::numerics);
}

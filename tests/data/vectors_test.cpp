#include "eigenflow/data/vectors.hpp"

#include <doctest/doctest.h>

#include "random_vectors.hpp"

using namespace eigenflow;
using namespace eigenflow::data;

namespace {

std::vector<double> read_all(const VectorSource& source) {
    std::vector<double> out(source.count * source.dimension);
    REQUIRE(source.read(0, source.count, out));
    return out;
}

}  // namespace

TEST_CASE("vectors in memory are read in blocks from anywhere") {
    const VectorSource source = source_of({1, 2, 3, 4, 5, 6, 7, 8}, 2);
    CHECK(source.count == 4);
    std::vector<double> out(4);
    REQUIRE(source.read(1, 2, out));
    CHECK(out == std::vector<double>{3, 4, 5, 6});
    CHECK(vectors_in_memory({1, 2, 3}, 2).error().kind == ErrorKind::usage);
    CHECK(vectors_in_memory({1, 2, 3}, 0).error().kind == ErrorKind::usage);
}

TEST_CASE("center_scale maps bytes to -1 ... 1 as x/127.5 - 1") {
    CHECK(read_all(center_scale(source_of({0, 255, 51, 1}, 2))) ==
          std::vector<double>{-1, 1, 51 / 127.5 - 1, 1 / 127.5 - 1});
}

TEST_CASE("gray images are the mean over the last axis") {
    // two images of 1 × 2 pixels and 3 channels
    const VectorSource images = source_of({0, 1, 5, 3, 3, 3, 9, 0, 0, 2, 4, 9}, 6);
    const auto gray = gray_images(images, 1, 2, 3);
    REQUIRE(gray);
    CHECK(gray->count == 2);
    CHECK(gray->dimension == 2);
    CHECK(read_all(*gray) == std::vector<double>{2, 3, 3, 5});
    std::vector<double> second(2);
    REQUIRE(gray->read(1, 1, second));
    CHECK(second == std::vector<double>{3, 5});
}

TEST_CASE("gray images refuse sizes that do not fit the vectors") {
    const VectorSource images = source_of(std::vector<double>(12, 0.0), 6);
    CHECK(gray_images(images, 2, 2, 3).error().kind == ErrorKind::usage);
    CHECK(gray_images(images, 1, 2, 4).error().kind == ErrorKind::usage);
    CHECK(gray_images(images, -1, -2, 3).error().kind == ErrorKind::usage);
    CHECK(gray_images(images, 6, 1, 0).error().kind == ErrorKind::usage);
}

TEST_CASE("composed sources pass on the error of what they read") {
    const VectorSource broken{2, 6, [](std::size_t, std::size_t, std::span<double>) -> Result<void> {
                                  return Error{ErrorKind::file, "cut short"};
                              }};
    std::vector<double> out(12);
    CHECK(center_scale(broken).read(0, 2, out).error().message == "cut short");
    CHECK(gray_images(center_scale(broken), 1, 2, 3)->read(0, 2, std::span(out).first(4)).error().message ==
          "cut short");
}

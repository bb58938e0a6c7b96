#include "eigenflow/data/leading_components.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>

#include "eigenflow/data/principal_components.hpp"
#include "random_vectors.hpp"

using namespace eigenflow;
using namespace eigenflow::data;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

// Both routes' promises together.
void check_against_full(const VectorSource& source, int k, std::size_t largest_covariance) {
    const auto leading = leading_variances(source, k, Threads(2), {.largest_covariance = largest_covariance});
    REQUIRE(leading);
    const auto full = principal_spectrum(*measure_moments(source, Threads(2)), Threads(2));
    REQUIRE(full);
    REQUIRE(leading->variances.size() == static_cast<std::size_t>(k));
    const double rounding = static_cast<double>(source.count + source.dimension) * eps * full->total();
    for (std::size_t i = 0; i < leading->variances.size(); ++i) {
        const double exact = full->variances()[i];
        CHECK(std::abs(leading->variances[i] - exact) <= 1e-12 * exact + 2 * rounding);
    }
    CHECK(std::is_sorted(leading->variances.rbegin(), leading->variances.rend()));
    CHECK(std::abs(leading->total - full->total()) <= double(source.dimension) * rounding);
}

// By the covariance where it is smaller than the vectors, and without it.
void check_against_full(const VectorSource& source, int k) {
    for (const std::size_t largest : {std::size_t{4096}, std::size_t{0}}) check_against_full(source, k, largest);
}

}  // namespace

TEST_CASE("leading variances equal the full route's, d = 200") {
    const VectorSource source = source_of(random_vectors(5000, 200, 31, 2.0), 200);  // two blocks
    for (const int k : {1, 10, 60}) check_against_full(source, k);
}

TEST_CASE("leading variances at tiny dimensions, up to d - 1 of them") {
    for (const std::size_t d : {2UL, 3UL, 7UL}) {
        for (int k = 1; k < static_cast<int>(d); ++k) check_against_full(source_of(random_vectors(40, d, 32), d), k);
    }
}

TEST_CASE("leading variances of fewer vectors than dimensions: n - 1 of them, then zeros") {
    const VectorSource source = source_of(random_vectors(9, 50, 33), 50);
    check_against_full(source, 5);
    check_against_full(source, 20);
    const auto leading = leading_variances(source, 20, Threads(1));
    REQUIRE(leading);
    CHECK(leading->variances[7] > 1e-3 * leading->total);
    for (std::size_t i = 8; i < 20; ++i) CHECK(leading->variances[i] == 0.0);
}

TEST_CASE("leading variances do not depend on the unit of the data") {
    const std::vector<double> x = random_vectors(100, 30, 34);
    std::vector<double> small = x;
    for (double& v : small) v *= 0x1p-60;
    const auto a = leading_variances(source_of(x, 30), 4, Threads(1));
    const auto b = leading_variances(source_of(small, 30), 4, Threads(1));
    REQUIRE(a);
    REQUIRE(b);
    for (std::size_t i = 0; i < 4; ++i) CHECK(a->variances[i] * 0x1p-120 == b->variances[i]);
}

TEST_CASE("leading variances have the same bytes for any threads, from memory or read again") {
    const VectorSource source = source_of(random_vectors(5000, 150, 35), 150);
    std::size_t largest_covariance = 4096;
    SUBCASE("by the covariance") {}
    SUBCASE("without it") { largest_covariance = 0; }
    const auto one = leading_variances(source, 8, Threads(1), {.largest_covariance = largest_covariance});
    REQUIRE(one);
    for (const unsigned threads : {1U, 2U, 3U}) {
        for (const std::size_t cache : {std::size_t{0}, std::size_t{1} << 30U}) {
            const auto other = leading_variances(source, 8, Threads(threads),
                                                 {.cache_bytes = cache, .largest_covariance = largest_covariance});
            REQUIRE(other);
            CHECK(std::memcmp(one->variances.data(), other->variances.data(), 8 * sizeof(double)) == 0);
            CHECK(one->total == other->total);
            CHECK(one->products == other->products);
        }
    }
}

TEST_CASE("leading variances of equal vectors are zero") {
    const auto leading = leading_variances(source_of({3, 4, 5, 3, 4, 5}, 3), 2, Threads(1));
    REQUIRE(leading);
    CHECK(leading->variances == std::vector<double>{0, 0});
    CHECK(leading->total == 0.0);
}

TEST_CASE("leading variances report what did not converge, with counts") {
    const VectorSource source = source_of(random_vectors(2000, 300, 36), 300);
    const auto stopped = leading_variances(source, 30, Threads(1), {.max_restarts = 1});
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().kind == ErrorKind::numerics);
    CAPTURE(stopped.error().message);
    CHECK(stopped.error().message.find("of 30 leading variances converged in 1 restarts") != std::string::npos);
}

TEST_CASE("leading variances refuse k out of range and bad options") {
    const VectorSource source = source_of(random_vectors(20, 5, 37), 5);
    for (const int k : {0, 5, -1}) CHECK(leading_variances(source, k, Threads(1)).error().kind == ErrorKind::usage);
    CHECK(leading_variances(source, 2, Threads(1), {.max_restarts = 0}).error().kind == ErrorKind::usage);
    CHECK(leading_variances(source_of({1, 2}, 2), 1, Threads(1)).error().kind == ErrorKind::file);
}

TEST_CASE("leading variances whose sum is no double are an error, by the covariance and by the vectors") {
    std::vector<double> values = random_vectors(20, 5, 37);
    values[0] = 1e160;
    for (const std::size_t largest : {std::size_t{4096}, std::size_t{0}}) {
        const auto result = leading_variances(source_of(values, 5), 2, Threads(1), {.largest_covariance = largest});
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == ErrorKind::numerics);
        CHECK(result.error().message.find("scale the data down") != std::string::npos);
    }
}

TEST_CASE("leading variances make an error of what the iteration throws") {
    const VectorSource good = source_of(random_vectors(20, 5, 38), 5);
    int reads = 0;
    const VectorSource throwing{20, 5, [&](std::size_t first, std::size_t n, std::span<double> out) -> Result<void> {
                                    if (++reads > 4) throw std::runtime_error("no QR decomposition");
                                    return good.read(first, n, out);
                                }};
    const auto result = leading_variances(throwing, 2, Threads(1), {.cache_bytes = 0, .largest_covariance = 0});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::numerics);
    CHECK(result.error().message.find("no QR decomposition") != std::string::npos);
}

TEST_CASE("leading variances pass on a read that fails in a later pass") {
    const VectorSource good = source_of(random_vectors(20, 5, 38), 5);
    int reads = 0;
    const VectorSource failing{20, 5, [&](std::size_t first, std::size_t n, std::span<double> out) -> Result<void> {
                                   if (++reads > 4) return Error{ErrorKind::file, "the disk is gone"};
                                   return good.read(first, n, out);
                               }};
    const auto result = leading_variances(failing, 2, Threads(1), {.cache_bytes = 0, .largest_covariance = 0});
    REQUIRE_FALSE(result);
    CHECK(result.error().message == "the disk is gone");
    CHECK(reads == 5);
}

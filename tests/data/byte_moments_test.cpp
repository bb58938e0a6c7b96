// Σ of bytes: sums of products of whole numbers, exact up to the last division.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "eigenflow/data/moments.hpp"
#include "random_vectors.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using namespace eigenflow::data;

namespace {

std::vector<double> random_bytes(std::size_t entries, std::uint64_t seed) {
    numerics::RandomStream random(seed);
    std::vector<double> bytes(entries);
    for (double& b : bytes) b = random.below(256);
    return bytes;
}

VectorSource byte_source(const std::vector<double>& bytes, std::size_t d) {
    VectorSource source = source_of(bytes, d);
    source.bytes = ByteMap{};
    return source;
}

/// n Σ ab − Σa Σb over n (n − 1) · 127.5², from the bytes, in whole numbers.
long double exact(const std::vector<double>& bytes, std::size_t d, std::size_t j, std::size_t k) {
    std::int64_t n = 0, a = 0, b = 0, ab = 0;
    for (std::size_t first = 0; first < bytes.size(); first += d, ++n) {
        const auto x = static_cast<std::int64_t>(bytes[first + j]), y = static_cast<std::int64_t>(bytes[first + k]);
        a += x, b += y, ab += x * y;
    }
    return static_cast<long double>(n * ab - a * b) / static_cast<long double>(n * (n - 1)) / 127.5L / 127.5L;
}

}  // namespace

TEST_CASE("byte moments: whole numbers to two roundings, for few vectors and for several blocks") {
    // scale is rounded beyond 2^53, and the division: 1.5 eps
    constexpr double promise = 2.0 * std::numeric_limits<double>::epsilon();
    for (const std::size_t n : {2UL, 3UL, 1025UL, 9000UL}) {
        const std::size_t d = n > 2000 ? 3 : 5;
        const std::vector<double> bytes = random_bytes(n * d, n);
        const auto moments = measure_moments(center_scale(byte_source(bytes, d)), Threads(2));
        REQUIRE(moments);
        double worst = 0.0;
        for (std::size_t j = 0; j < d; ++j) {
            for (std::size_t k = 0; k < d; ++k) {
                const long double expected = exact(bytes, d, j, k);
                const long double error = std::abs(moments->covariance[j * d + k] - expected);
                worst = tests::worse(worst, static_cast<double>(error / std::abs(expected)));
                CHECK(moments->covariance[j * d + k] == moments->covariance[k * d + j]);
            }
        }
        CAPTURE(n);
        CHECK(worst <= promise);
    }
}

TEST_CASE("byte moments: extremes, and columns that do not vary") {
    std::vector<double> bytes;  // products of 128², which add up to 2^24 in 1024 vectors, and 0
    for (int i = 0; i < 4100; ++i) bytes.insert(bytes.end(), {0.0, i % 2 == 0 ? 0.0 : 255.0, 255.0, 0.0});
    const auto moments = measure_moments(byte_source(bytes, 4), Threads(1));
    REQUIRE(moments);
    CHECK(moments->mean == std::vector<double>{0.0, 127.5, 255.0, 0.0});
    for (std::size_t j = 0; j < 16; ++j) {
        if (j != 5) CHECK(moments->covariance[j] == 0.0);
    }
    CHECK(moments->covariance[5] == doctest::Approx(127.5 * 127.5 * 4100.0 / 4099.0).epsilon(1e-15));
}

TEST_CASE("byte moments: whole numbers to two roundings where bytes themselves are multiplied, 64 columns and more") {
    constexpr double promise = 2.0 * std::numeric_limits<double>::epsilon();  // as above
    struct Case {
        std::size_t n, d;
    };
    // Rows that are no multiple of 4, columns that are none of 16 or 48, and a second tile of a few columns.
    for (const Case c : {Case{2, 64}, Case{3, 65}, Case{5, 95}, Case{1030, 100}, Case{601, 390}}) {
        const std::vector<double> bytes = random_bytes(c.n * c.d, c.n);
        const auto moments = measure_moments(center_scale(byte_source(bytes, c.d)), Threads(2));
        REQUIRE(moments);
        double worst = 0.0;
        for (std::size_t j = 0; j<c.d; j += c.d> 100 ? 7 : 1) {
            for (std::size_t k = 0; k < c.d; ++k) {
                const long double expected = exact(bytes, c.d, j, k);
                const long double error = std::abs(moments->covariance[j * c.d + k] - expected);
                const long double scale = expected == 0.0L ? 1.0L : std::abs(expected);
                worst = tests::worse(worst, static_cast<double>(error / scale));
            }
        }
        CAPTURE(c.n);
        CHECK(worst <= promise);
    }
}

TEST_CASE("byte moments: extremes of more vectors than a sum of 32 bits holds") {
    // 255 · (−128) adds up to less than −2^31 from 65,794 vectors on. A sum of products ends at 65,536.
    constexpr std::size_t n = 66'000, d = 64;
    constexpr double promise = 2.0 * std::numeric_limits<double>::epsilon();  // as above
    std::vector<double> bytes(n * d);
    for (std::size_t i = 0; i < n; ++i) {
        const double of_row[] = {0.0, 255.0, i % 2 == 0 ? 0.0 : 255.0, static_cast<double>(i % 256)};
        for (std::size_t j = 0; j < d; ++j) bytes[i * d + j] = of_row[j % 4];
    }
    const auto moments = measure_moments(center_scale(byte_source(bytes, d)), Threads(2));
    REQUIRE(moments);
    CHECK(moments->mean[0] == -1.0);
    CHECK(moments->mean[1] == 1.0);
    const long double alternating = exact(bytes, d, 2, 2);
    const long double both = exact(bytes, d, 2, 3);
    const long double rising = exact(bytes, d, 3, 3);
    double worst = 0.0;
    for (std::size_t j = 0; j < d; ++j) {
        for (std::size_t k = 0; k < d; ++k) {
            const long double expected = j % 4 < 2 || k % 4 < 2 ? 0.0L
                                         : j % 4 != k % 4       ? both
                                         : j % 4 == 2           ? alternating
                                                                : rising;
            const long double error = std::abs(moments->covariance[j * d + k] - expected);
            const long double scale = expected == 0.0L ? 1.0L : std::abs(expected);
            worst = tests::worse(worst, static_cast<double>(error / scale));
        }
    }
    CHECK(worst <= promise);
}

TEST_CASE("byte moments: as without the hint, and the same bytes for 1 and 3 threads") {
    const std::size_t n = 1500, d = 390;  // two tiles
    const std::vector<double> bytes = random_bytes(n * d, 3);
    const auto hinted = measure_moments(center_scale(byte_source(bytes, d)), Threads(1));
    const auto more = measure_moments(center_scale(byte_source(bytes, d)), Threads(3));
    const auto plain = measure_moments(center_scale(source_of(bytes, d)), Threads(2));
    REQUIRE(hinted);
    REQUIRE(more);
    REQUIRE(plain);
    CHECK(std::memcmp(hinted->covariance.data(), more->covariance.data(), d * d * sizeof(double)) == 0);
    CHECK(std::memcmp(hinted->mean.data(), more->mean.data(), d * sizeof(double)) == 0);
    double worst = 0.0;
    for (std::size_t i = 0; i < d * d; ++i) {
        worst = tests::worse(worst, std::abs(hinted->covariance[i] - plain->covariance[i]));
    }
    CHECK(worst <= 1504.0 * 2.3e-16 * 0.34);  // (n + 4) eps of the variance of bytes on [−1, 1], 1/3
}

TEST_CASE("byte moments: a vector that is not finite is refused as elsewhere") {
    std::vector<double> bytes = random_bytes(20, 5);
    bytes[7] = std::nan("");
    const auto refused = measure_moments(byte_source(bytes, 5), Threads(1));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("vector 2, entry 3") != std::string::npos);
}

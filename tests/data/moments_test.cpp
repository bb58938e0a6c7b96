#include "eigenflow/data/moments.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "random_vectors.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using namespace eigenflow::data;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

struct LongMoments {
    std::vector<long double> mean, covariance;
};

LongMoments brute_force(const std::vector<double>& x, std::size_t n, std::size_t d) {
    LongMoments m{std::vector<long double>(d, 0), std::vector<long double>(d * d, 0)};
    for (std::size_t i = 0; i < n * d; ++i) m.mean[i % d] += x[i] / static_cast<long double>(n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < d; ++j) {
            for (std::size_t k = 0; k < d; ++k) {
                m.covariance[j * d + k] +=
                    (x[i * d + j] - m.mean[j]) * (x[i * d + k] - m.mean[k]) / static_cast<long double>(n - 1);
            }
        }
    }
    return m;
}

// The largest of |δΣ_jk| over the accuracy that the header promises.
double error_over_promise(const std::vector<double>& x, std::size_t n, std::size_t d) {
    const auto measured = measure_moments(source_of(x, d), Threads(2));
    REQUIRE(measured);
    const LongMoments exact = brute_force(x, n, d);
    double largest = 0.0;
    for (const double v : x) largest = tests::worse(largest, std::abs(v));
    double worst = 0.0;
    for (std::size_t j = 0; j < d; ++j) {
        for (std::size_t k = 0; k < d; ++k) {
            const auto scale =
                static_cast<double>(std::sqrt(exact.covariance[j * d + j] * exact.covariance[k * d + k]));
            const double promise = (static_cast<double>(n) + 4) * eps * scale + std::pow(eps * largest, 2);
            const auto error = static_cast<double>(measured->covariance[j * d + k] - exact.covariance[j * d + k]);
            worst = tests::worse(worst, std::abs(error) / promise);
            CHECK(measured->covariance[j * d + k] == measured->covariance[k * d + j]);
        }
    }
    return worst;
}

}  // namespace

TEST_CASE("covariance equals the long double brute force") {
    for (const std::size_t n : {2UL, 3UL, 17UL, 200UL}) {
        for (const std::size_t d : {1UL, 2UL, 5UL, 33UL}) {
            CAPTURE(n);
            CAPTURE(d);
            CHECK(error_over_promise(random_vectors(n, d, 11), n, d) <= 1.0);
        }
    }
}

TEST_CASE("covariance keeps its digits at a mean of 1e6 and a standard deviation of 1e-2") {
    const std::size_t n = 500;
    const std::size_t d = 4;
    const std::vector<double> x = random_vectors(n, d, 12, 1e6, 1e-2);
    CHECK(error_over_promise(x, n, d) <= 1.0);

    // The one-pass E[x²] − μ² is rounded to a multiple of 1e12 eps = 2e-4, and the variance is 1e-4.
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        sum += x[i * d];
        squares += x[i * d] * x[i * d];
    }
    const double naive = (squares - sum * sum / double(n)) / double(n - 1);
    CHECK(std::abs(naive / static_cast<double>(brute_force(x, n, d).covariance[0]) - 1.0) > 1e-3);
}

TEST_CASE("covariance of hand-checked vectors") {
    const auto m = measure_moments(source_of({1, 2, 3, 2, 2, 8}, 2), Threads(1));
    REQUIRE(m);
    CHECK(m->count == 3);
    CHECK(m->mean == std::vector<double>{2, 4});
    CHECK(m->covariance == std::vector<double>{1, 0, 0, 12});
}

TEST_CASE("covariance over several blocks and tiles: same bytes for 1, 2 and 5 threads, and the right trace") {
    const std::size_t n = 4100;  // two blocks of at most 4096
    const std::size_t d = 400;   // three tiles of at most 384 × 384
    const std::vector<double> x = random_vectors(n, d, 13, 3.0);
    const VectorSource source = source_of(x, d);
    const auto one = measure_moments(source, Threads(1));
    REQUIRE(one);
    for (const unsigned threads : {2U, 5U}) {
        const auto more = measure_moments(source, Threads(threads));
        REQUIRE(more);
        CHECK(std::memcmp(one->covariance.data(), more->covariance.data(), d * d * sizeof(double)) == 0);
        CHECK(std::memcmp(one->mean.data(), more->mean.data(), d * sizeof(double)) == 0);
    }
    for (const std::size_t j : {0UL, 383UL, 384UL, 399UL}) {
        long double mean = 0;
        for (std::size_t i = 0; i < n; ++i) mean += x[i * d + j] / static_cast<long double>(n);
        long double cross = 0;
        for (std::size_t i = 0; i < n; ++i) {
            cross += (x[i * d + j] - mean) * (x[i * d] - one->mean[0]) / static_cast<long double>(n - 1);
        }
        const double scale = std::sqrt(one->covariance[0] * one->covariance[j * d + j]);
        CHECK(std::abs(static_cast<double>(one->covariance[j * d] - cross)) <= (double(n) + 4) * eps * scale);
    }
}

TEST_CASE("moments refuse fewer than two vectors, and vectors that are not finite, naming them") {
    const auto few = measure_moments(source_of({1, 2}, 2), Threads(1));
    REQUIRE_FALSE(few);
    CHECK(few.error().kind == ErrorKind::file);
    CHECK(few.error().message.find("at least 2 vectors, and there are 1") != std::string::npos);

    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto bad = measure_moments(source_of({1, 2, 3, 4, 5, nan}, 2), Threads(1));
    REQUIRE_FALSE(bad);
    CHECK(bad.error().kind == ErrorKind::file);
    CHECK(bad.error().message.find("vector 3, entry 2") != std::string::npos);
}

TEST_CASE("moments pass on what the source says, and refuse what cannot be held") {
    VectorSource broken{4, 2, [](std::size_t, std::size_t, std::span<double>) -> Result<void> {
                            return Error{ErrorKind::file, "the file ended early"};
                        }};
    CHECK(measure_moments(broken, Threads(1)).error().message == "the file ended early");
    broken.dimension = 40000;
    CHECK(measure_moments(broken, Threads(1)).error().message.find("32767") != std::string::npos);
    broken.dimension = 0;
    CHECK_FALSE(measure_moments(broken, Threads(1)));
    CHECK(measure_moments({2, 2, nullptr}, Threads(1)).error().kind == ErrorKind::internal);
}

TEST_CASE("moments report overflow instead of infinity") {
    const auto wide = measure_moments(source_of({1e300, 0, -1e300, 0}, 2), Threads(1));
    REQUIRE_FALSE(wide);
    CHECK(wide.error().kind == ErrorKind::numerics);
    CHECK_FALSE(measure_moments(source_of({1e308, -1e308, 1e308}, 1), Threads(1)));
}

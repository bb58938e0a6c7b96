#include "eigenflow/data/fourier_spectrum.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <numbers>
#include <string>

#include "eigenflow/data/principal_components.hpp"
#include "random_vectors.hpp"

using namespace eigenflow;
using namespace eigenflow::data;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

double allowed(std::size_t n, std::size_t d, double trace) {
    return (static_cast<double>(n) + 4 * std::log2(2.0 * static_cast<double>(d))) * eps * trace;
}

// f* Σ f for the unit wave f_j = e^(−2πi(k_y y/h + k_x x/w))/√N: the variance from the covariance, without any DFT.
double variance_along(const Moments& m, Frequency k, int h, int w) {
    const auto wave = [&](int j) {
        const long double turns =
            static_cast<long double>(k.y * (j / w)) / h + static_cast<long double>(k.x * (j % w)) / w;
        return std::polar(1.0L, -2 * std::numbers::pi_v<long double> * turns);
    };
    std::complex<long double> sum = 0;
    for (int a = 0; a < h * w; ++a) {
        for (int b = 0; b < h * w; ++b) {
            sum += wave(a) * std::conj(wave(b)) * static_cast<long double>(m.covariance[std::size_t(a * h * w + b)]);
        }
    }
    return static_cast<double>(sum.real() / (h * w));
}

}  // namespace

TEST_CASE("Fourier variances equal the covariance along every wave, 1-D and 2-D, odd and even") {
    for (const std::vector<int>& shape : {std::vector{7}, {8}, {1}, {4, 6}, {5, 3}, {6, 5}}) {
        const int h = shape.size() == 2 ? shape[0] : 1;
        const int w = shape.back();
        const auto d = static_cast<std::size_t>(h * w);
        const VectorSource source = source_of(random_vectors(50, d, 41, 3.0), d);
        const auto spectrum = fourier_spectrum(source, shape, Threads(2));
        const auto moments = measure_moments(source, Threads(2));
        REQUIRE(spectrum);
        double trace = 0.0;
        for (std::size_t j = 0; j < d; ++j) trace += moments->covariance[j * (d + 1)];
        for (std::size_t i = 0; i < d; ++i) {
            const double exact = variance_along(*moments, spectrum->frequencies()[i], h, w);
            CHECK(std::abs(spectrum->variances()[i] - exact) <= 2 * allowed(50, d, trace));
        }
        CHECK(std::abs(spectrum->total() - trace) <= double(d) * allowed(50, d, trace));
    }
}

TEST_CASE("Fourier variances of mirrored frequencies are the same bytes") {
    const auto spectrum = fourier_spectrum(source_of(random_vectors(100, 48, 42), 48), {6, 8}, Threads(2));
    REQUIRE(spectrum);
    const auto place = [](int k, int n) { return (k % n + n) % n; };
    std::vector<double> grid(48);
    for (std::size_t i = 0; i < 48; ++i) {
        const Frequency k = spectrum->frequencies()[i];
        grid[std::size_t(place(k.y, 6) * 8 + place(k.x, 8))] = spectrum->variances()[i];
    }
    for (int y = 0; y < 6; ++y) {
        for (int x = 0; x < 8; ++x)
            CHECK(grid[std::size_t(y * 8 + x)] == grid[std::size_t(place(-y, 6) * 8 + place(-x, 8))]);
    }
}

TEST_CASE("the Fourier spectrum of a circulant covariance is its eigenvalues") {
    // Every cyclic shift of every vector: the sample covariance is circulant.
    const std::size_t d = 12;
    const std::vector<double> seeds = random_vectors(4, d, 43);
    std::vector<double> shifted;
    for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t s = 0; s < d; ++s) {
            for (std::size_t j = 0; j < d; ++j) shifted.push_back(seeds[i * d + (j + s) % d]);
        }
    }
    const VectorSource source = source_of(shifted, d);
    const auto fourier = fourier_spectrum(source, {12}, Threads(1));
    const auto principal = principal_spectrum(*measure_moments(source, Threads(1)), Threads(1));
    REQUIRE(fourier);
    REQUIRE(principal);
    const double tolerance = allowed(48, d, fourier->total()) + (48 + 12) * eps * principal->total();
    for (std::size_t k = 0; k < d; ++k) {
        CHECK(std::abs(fourier->variances()[k] - principal->variances()[k]) <= tolerance);
    }
}

TEST_CASE("the Fourier spectrum has the same bytes for any threads") {
    const VectorSource source = source_of(random_vectors(4500, 30, 44), 30);  // two blocks
    const auto one = fourier_spectrum(source, {5, 6}, Threads(1));
    REQUIRE(one);
    for (const unsigned threads : {2U, 3U}) {
        const auto more = fourier_spectrum(source, {5, 6}, Threads(threads));
        REQUIRE(more);
        CHECK(std::memcmp(one->variances().data(), more->variances().data(), 30 * sizeof(double)) == 0);
        CHECK(std::equal(one->frequencies().begin(), one->frequencies().end(), more->frequencies().begin()));
    }
}

TEST_CASE("the Fourier spectrum refuses a shape that is not the data's, and too few vectors") {
    const VectorSource source = source_of(random_vectors(10, 12, 45), 12);
    const auto wrong = fourier_spectrum(source, {3, 5}, Threads(1));
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == ErrorKind::usage);
    CHECK(wrong.error().message.find("[3, 5] has 15 points, and the data have 12") != std::string::npos);
    CHECK(fourier_spectrum(source, {0, 4}, Threads(1)).error().kind == ErrorKind::usage);
    CHECK(fourier_spectrum(source, {}, Threads(1)).error().kind == ErrorKind::usage);
    CHECK(fourier_spectrum(source_of({1, 2}, 2), {2}, Threads(1)).error().kind == ErrorKind::file);
    const auto large = fourier_spectrum(source_of({1e200, 1, 2, 3}, 2), {2}, Threads(1));  // a power is a square
    REQUIRE_FALSE(large);
    CHECK(large.error().kind == ErrorKind::numerics);
    CHECK(large.error().message.find("scale the data down") != std::string::npos);
}

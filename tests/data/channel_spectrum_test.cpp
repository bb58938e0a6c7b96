#include "eigenflow/data/channel_spectrum.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <string>

#include "eigenflow/data/fourier_spectrum.hpp"
#include "eigenflow/data/moments.hpp"
#include "random_vectors.hpp"

using namespace eigenflow;
using namespace eigenflow::data;
using Complex = ChannelSpectrum::Complex;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

double allowed(std::size_t n, std::size_t places, double trace) {
    return (static_cast<double>(n) + 4 * std::log2(2.0 * static_cast<double>(places))) * eps * trace;
}

// Channels that lean on each other and on their neighbours, so that blocks have imaginary parts.
std::vector<double> images(std::size_t n, int places, int channels, std::uint64_t seed) {
    const auto d = static_cast<std::size_t>(places * channels);
    std::vector<double> x = random_vectors(n, d, seed, 2.0);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t p = d; p-- > static_cast<std::size_t>(channels) + 1;) {
            x[i * d + p] += 0.7 * x[i * d + p - static_cast<std::size_t>(channels) - 1];
        }
    }
    return x;
}

// [Σ_k]_ab from the covariance of the pixels, without any transform.
Complex entry(const Moments& m, Frequency k, int h, int w, int channels, int a, int b) {
    const auto wave = [&](int p) {
        const long double turns =
            static_cast<long double>(k.y * (p / w)) / h + static_cast<long double>(k.x * (p % w)) / w;
        return std::polar(1.0L, -2 * std::numbers::pi_v<long double> * turns);
    };
    std::complex<long double> sum = 0;
    const int d = h * w * channels;
    for (int p = 0; p < h * w; ++p) {
        for (int q = 0; q < h * w; ++q) {
            const auto place = static_cast<std::size_t>((p * channels + a) * d + q * channels + b);
            sum += wave(p) * std::conj(wave(q)) * static_cast<long double>(m.covariance[place]);
        }
    }
    return {static_cast<double>(sum.real() / (h * w)), static_cast<double>(sum.imag() / (h * w))};
}

ChannelSpectrum measured(const std::vector<int>& shape, int channels, std::uint64_t seed, unsigned threads = 2) {
    const int places = shape.size() == 2 ? shape[0] * shape[1] : shape[0];
    auto blocks = measure_channels(source_of(images(60, places, channels, seed), std::size_t(places * channels)), shape,
                                   channels, Threads(threads));
    REQUIRE_MESSAGE(blocks, blocks.error().message);
    return *blocks;
}

}  // namespace

TEST_CASE("channel blocks equal the covariance along every pair of waves, 1-D and 2-D, odd and even") {
    for (const std::vector<int>& shape : {std::vector{5}, {6}, {1}, {4, 6}, {3, 5}, {4, 1}}) {
        for (const int channels : {1, 2, 3}) {
            const int h = shape.size() == 2 ? shape[0] : 1;
            const int w = shape.back();
            const auto d = static_cast<std::size_t>(h * w * channels);
            const ChannelSpectrum blocks = measured(shape, channels, 51);
            const auto moments = measure_moments(source_of(images(60, h * w, channels, 51), d), Threads(1));
            double trace = 0.0;
            for (std::size_t j = 0; j < d; ++j) trace += moments->covariance[j * (d + 1)];
            CHECK(std::abs(blocks.total() - trace) <= double(d) * allowed(60, d, trace));
            for (std::size_t f = 0; f < blocks.frequencies().size(); ++f) {
                for (int a = 0; a < channels; ++a) {
                    for (int b = 0; b < channels; ++b) {
                        const Complex exact = entry(*moments, blocks.frequencies()[f], h, w, channels, a, b);
                        const Complex ours = blocks.block(f)[std::size_t(a * channels + b)];
                        CHECK(std::abs(ours - exact) <= 2 * allowed(60, d, trace));
                        CHECK(ours == std::conj(blocks.block(f)[std::size_t(b * channels + a)]));
                    }
                }
            }
        }
    }
}

TEST_CASE("modes of channels: eigenpairs of every block, with conjugate mirrors and the same total") {
    const ChannelSpectrum blocks = measured({4, 5}, 3, 52);
    const Spectrum modes = blocks.modes();
    REQUIRE(modes.modes() == 60);
    CHECK(modes.places() == 20);
    CHECK(std::abs(modes.total() - blocks.total()) <= 60 * eps * blocks.total());
    for (std::size_t f = 0; f < blocks.frequencies().size(); ++f) {
        std::vector<Complex> sum(9, 0.0);  // Σ λ u uᴴ
        for (std::size_t m = 0; m < modes.modes(); ++m) {
            if (!(modes.frequencies()[m] == blocks.frequencies()[f])) continue;
            const auto u = modes.direction(m);
            for (std::size_t e = 0; e < 9; ++e) sum[e] += modes.variances()[m] * u[e / 3] * std::conj(u[e % 3]);
        }
        for (std::size_t e = 0; e < 9; ++e) CHECK(std::abs(sum[e] - blocks.block(f)[e]) <= 40 * eps * blocks.total());
    }
    for (std::size_t m = 1; m < modes.modes(); ++m) CHECK(modes.variances()[m] <= modes.variances()[m - 1]);
}

TEST_CASE("the gray spectrum of blocks is that of the mean over channels, to 1e-12") {
    const std::vector<double> x = images(60, 24, 3, 53);
    const auto gray = gray_images(source_of(x, 72), 4, 6, 3);
    const auto measured_gray = fourier_spectrum(*gray, {4, 6}, Threads(1));
    const auto blocks = measure_channels(source_of(x, 72), {4, 6}, 3, Threads(1));
    const Spectrum from_blocks = blocks->gray();
    REQUIRE(measured_gray->modes() == from_blocks.modes());
    for (std::size_t m = 0; m < from_blocks.modes(); ++m) {
        for (std::size_t other = 0; other < from_blocks.modes(); ++other) {
            if (!(from_blocks.frequencies()[m] == measured_gray->frequencies()[other])) continue;
            CHECK(std::abs(from_blocks.variances()[m] / measured_gray->variances()[other] - 1.0) <= 1e-12);
        }
    }
}

TEST_CASE("channel blocks have the same bytes for any threads") {
    const ChannelSpectrum one = measured({6, 6}, 3, 54, 1);
    const ChannelSpectrum three = measured({6, 6}, 3, 54, 3);
    for (std::size_t f = 0; f < one.frequencies().size(); ++f) {
        CHECK(std::memcmp(one.block(f).data(), three.block(f).data(), 9 * sizeof(Complex)) == 0);
    }
}

TEST_CASE("channel spectra refuse what is no covariance, naming the frequency") {
    const auto refused = [](std::vector<Complex> blocks) {
        const auto made = ChannelSpectrum::create(std::move(blocks), {3}, 2);
        REQUIRE_FALSE(made);
        CHECK(made.error().kind == ErrorKind::usage);
        return made.error().message;
    };
    const Complex i(0.0, 1.0);
    CHECK(ChannelSpectrum::create({1, 0, 0, 1, 2, i, -i, 1}, {3}, 2));
    CHECK(ChannelSpectrum::create({1, 1, 1, 1, 0, 0, 0, 0}, {3}, 2));  // of rank one, and of none
    CHECK(refused({1, 0, 0, 1, 2, i, i, 1}).find("(0, 1) is not Hermitian") != std::string::npos);
    CHECK(refused({1, 0, 0, 1, 1, 2, 2, 1}).find("(0, 1) has the negative eigenvalue -1") != std::string::npos);
    CHECK(refused({1, 0.5 * i, -0.5 * i, 1, 1, 0, 0, 1}).find("(0, 0) has an imaginary part") != std::string::npos);
    CHECK(refused({1, 0, 0, std::nan(""), 1, 0, 0, 1}).find("not finite") != std::string::npos);
    CHECK(refused({1, 0, 0, 1}).find("4 entries for 2 blocks") != std::string::npos);
    CHECK_FALSE(ChannelSpectrum::create({1.0}, {1}, 5));
}

TEST_CASE("channel blocks refuse images without these channels, and values whose squares overflow") {
    const auto odd = measure_channels(source_of({1, 2, 3, 4, 5, 6}, 3), {1}, 2, Threads(1));
    REQUIRE_FALSE(odd);
    CHECK(odd.error().kind == ErrorKind::usage);
    CHECK(odd.error().message == "images of 3 numbers do not have 2 channels");
    CHECK(measure_channels(source_of({1, 2, 3, 4}, 2), {2}, 0, Threads(1)).error().kind == ErrorKind::usage);
    const auto large = measure_channels(source_of({1e200, 1, 2, 3}, 2), {1}, 2, Threads(1));
    REQUIRE_FALSE(large);
    CHECK(large.error().kind == ErrorKind::numerics);
    CHECK(large.error().message.find("scale the data down") != std::string::npos);
}

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "eigenflow/data/spectrum.hpp"

using namespace eigenflow;
using namespace eigenflow::data;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

void check_refused(const Result<Spectrum>& result, const std::string& words) {
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::usage);
    CAPTURE(result.error().message);
    CHECK(result.error().message.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("power law: variance k is largest k^-exponent") {
    const auto spectrum = power_law_spectrum(1000, 1.5, 10.0);
    REQUIRE(spectrum);
    REQUIRE(spectrum->modes() == 1000);
    for (int k = 1; k <= 1000; ++k) {
        const double exact = static_cast<double>(10.0L / (k * std::sqrt(static_cast<long double>(k))));
        CHECK(std::abs(spectrum->variances()[static_cast<std::size_t>(k - 1)] - exact) <= 2 * eps * exact);  // 2 ulp
    }
}

TEST_CASE("power law: exponent 0 is flat, and far modes underflow to 0") {
    CHECK(power_law_spectrum(3, 0.0, 4.0)->variances()[2] == 4.0);
    CHECK(power_law_spectrum(10, 400.0, 1.0)->variances()[9] == 0.0);
}

TEST_CASE("power law on a Fourier grid follows the norm of the integer frequency") {
    const auto spectrum = power_law_fourier_spectrum({4, 5}, 2.0, 3.0);
    REQUIRE(spectrum);
    REQUIRE(spectrum->modes() == 20);
    for (std::size_t i = 0; i < 20; ++i) {
        const Frequency k = spectrum->frequencies()[i];
        const double norm2 = std::max(1, k.y * k.y + k.x * k.x);
        CHECK(std::abs(spectrum->variances()[i] - 3.0 / norm2) <= 2 * eps * 3.0 / norm2);
    }
    CHECK(spectrum->frequencies()[0] == Frequency{0, 0});
    CHECK(spectrum->frequencies()[1] == Frequency{-1, 0});
    CHECK(spectrum->frequencies()[19] == Frequency{2, 2});
}

TEST_CASE("log-normal: an independent PCG-XSH-RR and Box-Muller gives the same variances") {
    // Python integers and mpmath with 40 digits: seed 7, log_std 1.5, mean 2.5, 6 modes.
    const double golden[] = {6.0249482509854408246, 2.9525655535741824472, 2.7874803867304333375,
                             1.7565808425404742733, 1.1548018980774081319, 0.32362306809206098551};
    const auto spectrum = log_normal_spectrum(6, 1.5, 2.5, 7);
    REQUIRE(spectrum);
    // The exponent reaches 1.5 · 2 = 3 and carries 6 roundings (log, root, cosine, products), the rest carries 8.
    for (std::size_t k = 0; k < 6; ++k)
        CHECK(std::abs(spectrum->variances()[k] / golden[k] - 1.0) <= (3 * 6 + 8) * eps);
}

TEST_CASE("log-normal: the mean is exact, the logarithm has the spread asked for, and seeds differ") {
    const auto spectrum = log_normal_spectrum(4096, 0.7, 2.0, 1);
    REQUIRE(spectrum);
    CHECK(std::abs(spectrum->total() / 4096 - 2.0) <= 4096 * eps);  // 4096 additions
    double mean = 0.0;
    for (const double v : spectrum->variances()) mean += std::log(v) / 4096;
    double square = 0.0;
    for (const double v : spectrum->variances()) square += std::pow(std::log(v) - mean, 2) / 4095;
    CHECK(std::abs(std::sqrt(square) / 0.7 - 1.0) <= 5 / std::sqrt(2.0 * 4095));  // five standard errors
    CHECK(log_normal_spectrum(4096, 0.7, 2.0, 2)->largest() != spectrum->largest());
}

TEST_CASE("log-normal: the same seed gives the same bytes") {
    const auto a = log_normal_spectrum(257, 1.0, 1.0, 9);
    const auto b = log_normal_spectrum(257, 1.0, 1.0, 9);
    CHECK(std::memcmp(a->variances().data(), b->variances().data(), 257 * sizeof(double)) == 0);
}

TEST_CASE("log-normal: log_std = 0 is flat, and a spread past the range of doubles stays finite") {
    CHECK(log_normal_spectrum(5, 0.0, 3.0, 1)->variances()[4] == 3.0);
    const auto wide = log_normal_spectrum(100, 1000.0, 1.0, 1);  // exp(1000 z) overflows from z = 0.71
    REQUIRE(wide);
    CHECK(std::abs(wide->total() - 100.0) <= 100 * 100 * eps);  // 100 additions of at most 100
}

TEST_CASE("synthetic spectra refuse values out of range") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    check_refused(power_law_spectrum(0, 1.0, 1.0), "number of modes is 0");
    check_refused(power_law_spectrum(1 << 29, 1.0, 1.0), "number of modes");
    check_refused(power_law_spectrum(4, -1.0, 1.0), "exponent of the power law is -1");
    check_refused(power_law_spectrum(4, nan, 1.0), "exponent of the power law is nan");
    check_refused(power_law_spectrum(4, 1.0, 0.0), "largest variance is 0");
    check_refused(log_normal_spectrum(-3, 1.0, 1.0, 1), "number of modes is -3");
    check_refused(log_normal_spectrum(3, -0.5, 1.0, 1), "standard deviation of the logarithm is -0.5");
    check_refused(log_normal_spectrum(3, 1.0, nan, 1), "mean variance is nan");
    check_refused(power_law_fourier_spectrum({0}, 1.0, 1.0), "shape of a Fourier grid is [0]");
    check_refused(power_law_fourier_spectrum({4}, nan, 1.0), "exponent");
    check_refused(power_law_fourier_spectrum({4}, 1.0, -1.0), "largest variance is -1");
}

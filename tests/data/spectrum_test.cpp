#include "eigenflow/data/spectrum.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace eigenflow;
using namespace eigenflow::data;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

void check_refused(const Result<Spectrum>& result, const std::string& words) {
    CAPTURE(words);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::usage);
    CAPTURE(result.error().message);
    CHECK(result.error().message.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("a principal spectrum is sorted from largest to smallest") {
    const auto spectrum = Spectrum::principal({1.0, 0.0, 8.0, 2.0});
    REQUIRE(spectrum);
    const std::vector<double> expected = {8.0, 2.0, 1.0, 0.0};
    CHECK(std::vector(spectrum->variances().begin(), spectrum->variances().end()) == expected);
    CHECK(spectrum->modes() == 4);
    CHECK(spectrum->largest() == 8.0);
    CHECK(spectrum->total() == 11.0);
    CHECK_FALSE(spectrum->is_fourier());
    CHECK(spectrum->shape().empty());
}

TEST_CASE("a principal spectrum refuses what is no variance, and names the entry") {
    check_refused(Spectrum::principal({}), "empty");
    check_refused(Spectrum::principal({1.0, not_a_number, 1.0}), "variance 2 of 3 is nan");
    check_refused(Spectrum::principal({1.0, 1.0, infinity}), "variance 3 of 3 is inf");
    check_refused(Spectrum::principal({-1e-12}), "variance 1 of 1 is -1e-12");
}

TEST_CASE("a variance of -0 becomes 0") { CHECK_FALSE(std::signbit(Spectrum::principal({-0.0})->largest())); }

TEST_CASE("the total adds small variances first") {
    // From the large end, every 2^-53 would be lost on 1.
    std::vector<double> variances(1025, 0x1p-53);
    variances[0] = 1.0;
    CHECK(Spectrum::principal(variances)->total() == 1.0 + 0x1p-43);
}

TEST_CASE("a Fourier spectrum orders ties by |k|, then y, then x") {
    const auto spectrum =
        Spectrum::fourier({1, 1, 1, 1, 1, 3}, {{1, 0}, {0, 0}, {0, 1}, {1, -1}, {0, -1}, {1, 1}}, {2, 3});
    REQUIRE(spectrum);
    const std::vector<Frequency> expected = {{1, 1}, {0, 0}, {0, -1}, {0, 1}, {1, 0}, {1, -1}};
    CHECK(std::vector(spectrum->frequencies().begin(), spectrum->frequencies().end()) == expected);
    CHECK(spectrum->is_fourier());
    CHECK(spectrum->largest() == 3.0);
}

TEST_CASE("a Fourier spectrum refuses a wrong shape or frequency") {
    const std::vector<Frequency> three = {{0, 0}, {0, 1}, {0, -1}};
    check_refused(Spectrum::fourier({}, {}, {1}), "empty");
    check_refused(Spectrum::fourier({1, -1, 1}, three, {3}), "variance 2 of 3 is -1");
    check_refused(Spectrum::fourier({1, 1, 1}, three, {}), "[]");
    check_refused(Spectrum::fourier({1, 1, 1}, three, {1, 1, 3}), "[1, 1, 3]");
    check_refused(Spectrum::fourier({1, 1, 1}, three, {-1, -3}), "at least 1");
    check_refused(Spectrum::fourier({1, 1, 1}, three, {4}), "[4] has 4 points, and the data have 3");
    check_refused(Spectrum::fourier({1, 1, 1}, {{0, 0}, {0, 1}}, {3}), "2 frequencies for 3 variances");
    check_refused(Spectrum::fourier({1, 1, 1}, {{0, 0}, {0, 1}, {0, 2}}, {3}),
                  "frequency 3, (0, 2), is not on the grid");
    check_refused(Spectrum::fourier({1, 1, 1}, {{0, 0}, {0, 1}, {1, -1}}, {3}), "frequency 3, (1, -1), is not on");
    check_refused(Spectrum::fourier({1, 1, 1}, {{0, 0}, {0, 1}, {0, 1}}, {3}), "frequency 3, (0, 1), is given twice");
    check_refused(Spectrum::fourier({1, 1}, {{0, 0}, {0, -1}}, {2}), "frequency 2, (0, -1), is not on the grid");
}

TEST_CASE("grid frequencies lie above -n/2 and up to n/2, row-major") {
    const std::vector<Frequency> even = {{0, 0}, {0, 1}, {0, 2}, {0, -1}};
    CHECK(grid_frequencies(std::vector{4}) == even);
    const std::vector<Frequency> odd = {{0, 0}, {0, 1}, {0, -1}, {1, 0}, {1, 1}, {1, -1}};
    CHECK(grid_frequencies(std::vector{2, 3}) == odd);
    CHECK(grid_frequencies(std::vector<int>{}).empty());
    CHECK(grid_frequencies(std::vector{2, 0}).empty());
}

TEST_CASE("a grid of more than 2^28 modes is refused before memory is taken") {
    check_refused(power_law_fourier_spectrum({65536, 65536}, 1.0, 1.0), "4294967296 modes");
}

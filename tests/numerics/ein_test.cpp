#include "eigenflow/numerics/ein.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "eigenflow/numerics/random.hpp"

using eigenflow::numerics::ein;
using eigenflow::numerics::ein_difference;

namespace {

struct Row {
    double x;
    double exact;        // rounded to nearest
    long double digits;  // 64-bit mantissa, so that half ulps count
};

std::vector<Row> reference() {
    std::ifstream file(EIGENFLOW_REFERENCE_DIR "/ein.csv");
    std::vector<Row> rows;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        const std::size_t comma = line.find(',');
        const char* value = line.c_str() + comma + 1;
        rows.push_back({std::strtod(line.c_str(), nullptr), std::strtod(value, nullptr), std::strtold(value, nullptr)});
    }
    return rows;
}

double ulp(double v) { return std::nextafter(v, std::numeric_limits<double>::infinity()) - v; }

}  // namespace

TEST_CASE("T-12 Ein ulp: 4 ulp from 1e-300 to 1e300") {
    const std::vector<Row> rows = reference();
    REQUIRE(rows.size() > 1800);
    double worst = 0.0;
    double where = 0.0;
    for (const Row& row : rows) {
        const auto error = static_cast<double>(std::abs(static_cast<long double>(ein(row.x)) - row.digits));
        const double ulps = error / ulp(row.exact);
        REQUIRE_MESSAGE(!std::isnan(ulps), row.x);  // no comparison sees a NaN
        if (ulps > worst) {
            worst = ulps;
            where = row.x;
        }
    }
    MESSAGE("worst error " << worst << " ulp at x = " << where);
    CHECK(worst <= 4.0);
}

TEST_CASE("T-12 Ein at the ends of its range") {
    CHECK(ein(0.0) == 0.0);
    CHECK(ein(std::numeric_limits<double>::denorm_min()) == std::numeric_limits<double>::denorm_min());
    CHECK(std::isinf(ein(std::numeric_limits<double>::infinity())));
    CHECK(std::isnan(ein(-1.0)));
    CHECK(std::isnan(ein(std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("T-12 Ein of a block equals Ein of its entries") {
    std::vector<double> x;
    for (int k = -60; k <= 60; ++k) x.push_back(std::pow(10.0, k / 4.0));
    std::vector<double> block(x.size());
    ein(x, block);
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(block[i] == ein(x[i]));
}

TEST_CASE("T-12 Ein of a block that holds infinity, NaN or a negative number equals Ein of its entries") {
    const double infinity = std::numeric_limits<double>::infinity();
    const std::vector<double> x{0.5, infinity, 2.0, std::numeric_limits<double>::quiet_NaN(), -1.0, 1e3};
    std::vector<double> block(x.size());
    ein(x, block);
    CHECK(block[1] == infinity);
    for (const std::size_t i : {0U, 2U, 5U}) CHECK(block[i] == ein(x[i]));
    for (const std::size_t i : {3U, 4U}) CHECK(std::isnan(block[i]));
}

TEST_CASE("T-12 Ein of a block in random order equals Ein of its entries, wherever most of them lie") {
    eigenflow::numerics::RandomStream random(1);
    for (const double low : {1e-6, 1.0, 30.0}) {
        for (const double high : {0.9, 64.0, 1e6}) {
            std::vector<double> x(333);  // not a whole number of vectors
            for (double& v : x) v = low * std::pow(high / low, random.uniform());
            x[100] = 0.0;
            std::vector<double> block(x.size());
            ein(x, block);
            for (std::size_t i = 0; i < x.size(); ++i) CHECK(block[i] == ein(x[i]));
            std::vector<double> same = x;
            ein(same, same);
            CHECK(same == block);
        }
    }
}

TEST_CASE("T-12 Ein differences keep their digits where two logarithms would cancel") {
    // Ein(2e12 (1 + 2^-20)) − Ein(2e12) = log1p(2^-20) to 1e-12 relative; subtracting would leave 1e-9.
    const double y = 2e12;
    const double x = y * (1.0 + 0x1p-20);
    const double eps = std::numeric_limits<double>::epsilon();
    CHECK(std::abs(ein_difference(x, y) - std::log1p(0x1p-20)) <= 2.0 * eps);
    CHECK(std::abs(ein_difference(100.0, 1e-3) - (ein(100.0) - ein(1e-3))) == 0.0);
    CHECK(ein_difference(5.0, 5.0) == 0.0);
}

// The story: 2 ε (1 + the smaller) was promised, which the rounding of Ein(49.85) = 4.5 alone exceeds. Exact: mpmath.
TEST_CASE("T-12 Ein differences of a large and a small argument are as good as the larger one") {
    const double exact = 4.4840106598634663;
    const double smaller = 0.0022856941240;
    const double eps = std::numeric_limits<double>::epsilon();
    const double value = ein_difference(49.85310040141384, 0.0022870010532132262);
    CHECK(std::abs(value - exact) <= 2.0 * eps * (1.0 + smaller + exact));
}

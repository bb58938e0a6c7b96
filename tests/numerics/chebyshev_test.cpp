#include "eigenflow/numerics/chebyshev.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "eigenflow/numerics/random.hpp"

using namespace eigenflow::numerics;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

template <class Function>
std::vector<double> series_of(std::size_t degree, const Function& f) {
    std::vector<double> value;
    for (const double x : chebyshev_points(degree)) value.push_back(f(x));
    std::vector<double> series(value.size());
    ChebyshevTransform(degree).coefficients(value, series);
    return series;
}

double sum_at(const std::vector<double>& series, double x) {
    std::vector<ChebyshevLane::Sums> sums(1);
    ChebyshevLane(series.size() - 1, std::vector<double>{x}).sum(series, sums);
    return sums[0][0];
}

std::vector<double> everywhere() {
    std::vector<double> x;
    for (int i = -500; i <= 500; ++i) x.push_back(i / 500.0);
    return x;
}

}  // namespace

TEST_CASE("Chebyshev points fall from 1 to -1, and doubling the degree keeps them to the last bit") {
    for (const std::size_t degree : {4U, 32U, 64U}) {
        const std::vector<double> x = chebyshev_points(degree);
        const std::vector<double> finer = chebyshev_points(2 * degree);
        REQUIRE(x.size() == degree + 1);
        CHECK(x.front() == 1.0);
        CHECK(x.back() == -1.0);
        CHECK(x[degree / 2] == 0.0);
        for (std::size_t j = 0; j <= degree; ++j) {
            CHECK(x[j] == finer[2 * j]);
            CHECK(x[j] == -x[degree - j]);
            if (j > 0) CHECK(x[j] < x[j - 1]);
        }
    }
}

TEST_CASE("Chebyshev series: a polynomial of the degree is its own interpolant") {
    for (const std::size_t degree : {4U, 32U, 128U}) {
        std::vector<double> given;
        for (std::size_t n = 0; n <= degree; ++n) given.push_back(std::cos(3.0 * static_cast<double>(n) + 1.0));
        const std::vector<double> found = series_of(degree, [&](double x) {
            double sum = 0.0;
            for (std::size_t n = 0; n <= degree; ++n) sum += given[n] * std::cos(static_cast<double>(n) * std::acos(x));
            return sum;
        });
        // Values as large as N, whose cosines have lost N ε, and a sum of N + 1 terms of which the weights average 2/N.
        const double bound = 4.0 * static_cast<double>(degree * degree) * eps;
        for (std::size_t n = 0; n <= degree; ++n) CHECK(std::abs(found[n] - given[n]) <= bound);
    }
}

TEST_CASE("Chebyshev series of 1/(a - x): coefficients in closed form, and the tail bounds the error") {
    for (const double a : {1.5, 1.2, 1.1, 1.04}) {
        const double root = std::sqrt(a * a - 1.0);
        const double rho = a + root;
        for (const std::size_t degree : {32U, 64U, 128U}) {
            const auto f = [a](double x) { return 1.0 / (a - x); };
            const std::vector<double> series = series_of(degree, f);
            // What is missing beyond N folds back: c_n + c_{2N−n} + …, below 2 ρ^−N of the first.
            const double folded = 2.0 / root * 2.0 * std::pow(rho, -static_cast<double>(degree));
            const double rounded = 4.0 * static_cast<double>(degree) * eps * f(1.0);
            for (std::size_t n = 0; n < degree; ++n) {
                const double exact = (n == 0 ? 1.0 : 2.0) / root * std::pow(rho, -static_cast<double>(n));
                CHECK(std::abs(series[n] - exact) <= folded + rounded);
            }
            const double tail = ChebyshevTransform::tail(series);
            double worst = 0.0;
            for (const double x : everywhere()) worst = std::max(worst, std::abs(sum_at(series, x) - f(x)));
            CHECK(worst <= tail + rounded);
            // No alarm without cause: three terms, twice, of which the first is ρ² times the last.
            const double beyond = 2.0 / root * std::pow(rho, -static_cast<double>(degree)) / (rho - 1.0);
            CHECK(tail <= 16.0 * std::pow(rho, 3.0) * beyond + rounded);
        }
    }
}

TEST_CASE("Chebyshev series of a kink does not fall, wherever the kink is") {
    for (const double kink : {0.0, 0.3, 0.77, 0.999, -0.9999}) {
        for (const std::size_t degree : {32U, 64U, 128U}) {
            const auto series = series_of(degree, [kink](double x) { return std::abs(x - kink); });
            CHECK(ChebyshevTransform::tail(series) > 1e-9);
        }
    }
}

TEST_CASE("Chebyshev series: errors of values are magnified by no more than lebesgue") {
    for (const std::size_t degree : {32U, 64U, 128U}) {
        const ChebyshevTransform transform(degree);
        std::vector<std::vector<double>> lagrange;
        for (std::size_t j = 0; j <= degree; ++j) {
            std::vector<double> value(degree + 1, 0.0), series(degree + 1);
            value[j] = 1.0;
            transform.coefficients(value, series);
            lagrange.push_back(series);
        }
        double worst = 0.0;
        for (const double x : everywhere()) {
            double sum = 0.0;
            for (const auto& one : lagrange) sum += std::abs(sum_at(one, x));
            worst = std::max(worst, sum);
        }
        CHECK(worst <= transform.lebesgue());
        CHECK(worst >= 0.9 * transform.lebesgue());
    }
}

TEST_CASE("Chebyshev sums: the bits of a point depend on neither its lane, nor its neighbours, nor the other series") {
    RandomStream random(7);
    constexpr std::size_t degree = 32, series = 7;
    std::vector<double> coefficients;
    for (std::size_t i = 0; i < series * (degree + 1); ++i) coefficients.push_back(random.normal());
    std::vector<double> x;
    for (std::size_t l = 0; l < ChebyshevLane::lanes; ++l) x.push_back(2.0 * random.uniform() - 1.0);
    std::vector<ChebyshevLane::Sums> together(series);
    ChebyshevLane(degree, x).sum(coefficients, together);
    for (std::size_t l = 0; l < x.size(); ++l) {
        for (std::size_t s = 0; s < series; ++s) {
            const std::vector<double> one(coefficients.begin() + static_cast<std::ptrdiff_t>(s * (degree + 1)),
                                          coefficients.begin() + static_cast<std::ptrdiff_t>((s + 1) * (degree + 1)));
            CHECK(sum_at(one, x[l]) == together[s][l]);
        }
    }
}

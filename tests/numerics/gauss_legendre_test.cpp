#include "eigenflow/numerics/gauss_legendre.hpp"
#include "worst_error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/math/special_functions/legendre.hpp>
#include <cmath>
#include <limits>

using eigenflow::numerics::gauss_legendre_16;
using Rule = eigenflow::numerics::GaussLegendre16;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

double monomial(int degree) {
    const Rule& rule = gauss_legendre_16();
    double sum = 0.0;
    for (std::size_t i = 0; i < Rule::size; ++i) sum += rule.weights[i] * std::pow(rule.nodes[i], degree);
    return sum;
}

// Rounded nodes move x^n by n ε/2, pow, weight and sixteen additions by ε/2 each, of ∫|x^n| = 2/(n + 1).
double rounding(int degree) { return (0.5 * degree + 9.0) * eps * 2.0 / (degree + 1); }

}  // namespace

TEST_CASE("Gauss-Legendre 16 is exact to degree 31") {
    for (int degree = 0; degree <= 31; ++degree) {
        const double exact = degree % 2 == 0 ? 2.0 / (degree + 1) : 0.0;
        CHECK_MESSAGE(std::abs(monomial(degree) - exact) <= rounding(degree), "degree " << degree);
    }
}

TEST_CASE("Gauss-Legendre 16 misses degree 32 by 2^33 16!^4 / (33 32!^2)") {
    const double missed =
        std::exp(33.0 * std::log(2.0) + 4.0 * std::lgamma(17.0) - std::log(33.0) - 2.0 * std::lgamma(33.0));
    CHECK(missed > 1e5 * rounding(32));
    // The reference carries ~300 ε from its exponent, which is about 80 + 2 · 81.
    CHECK(std::abs((2.0 / 33.0 - monomial(32)) - missed) <= rounding(32) + 400.0 * eps * missed);
}

TEST_CASE("Gauss-Legendre 16: nodes rise, are symmetric, and weights are positive") {
    const Rule& rule = gauss_legendre_16();
    for (std::size_t i = 0; i < Rule::size; ++i) {
        CHECK(rule.nodes[i] == -rule.nodes[Rule::size - 1 - i]);
        CHECK(rule.weights[i] == rule.weights[Rule::size - 1 - i]);
        CHECK(rule.weights[i] > 0.0);
        CHECK(std::abs(rule.nodes[i]) < 1.0);
        if (i > 0) CHECK(rule.nodes[i] > rule.nodes[i - 1]);
    }
}

TEST_CASE("Gauss-Legendre 16: the tails are the Legendre coefficients of degree 14 and 15") {
    const Rule& rule = gauss_legendre_16();
    // Exact while degree + 14 (15) ≤ 31; P_16 vanishes at every node.
    for (int degree = 0; degree <= 16; ++degree) {
        double b14 = 0.0;
        double b15 = 0.0;
        for (std::size_t i = 0; i < Rule::size; ++i) {
            const double p = boost::math::legendre_p(degree, rule.nodes[i]);
            b14 += rule.tail_14[i] * p;
            b15 += rule.tail_15[i] * p;
        }
        // Sixteen products of size ≤ (31/2) w |P_n P_m|, Σ w = 2; P_n moves by n² ε/2 with a rounded node.
        const double bound = 31.0 * (12.0 + 0.5 * degree * degree) * eps;
        CHECK_MESSAGE(std::abs(b14 - (degree == 14 ? 1.0 : 0.0)) <= bound, "degree " << degree);
        CHECK_MESSAGE(std::abs(b15 - (degree == 15 ? 1.0 : 0.0)) <= bound, "degree " << degree);
    }
}

TEST_CASE("Gauss-Legendre 16: 4 B²/F bounds the error of geometrically decaying integrands") {
    const Rule& rule = gauss_legendre_16();
    // 1/(c − x): Legendre coefficients fall like (c + √(c² − 1))^−n.
    for (const double c : {1.3, 1.5, 2.0, 3.0, -1.4}) {
        double sum = 0.0;
        double b14 = 0.0;
        double b15 = 0.0;
        double largest = 0.0;
        for (std::size_t i = 0; i < Rule::size; ++i) {
            const double f = 1.0 / (c - rule.nodes[i]);
            sum += rule.weights[i] * f;
            b14 += rule.tail_14[i] * f;
            b15 += rule.tail_15[i] * f;
            largest = eigenflow::tests::worse(largest, std::abs(f));
        }
        const double tail = std::max(std::abs(b14), std::abs(b15));
        const double error = std::abs(sum - std::log(std::abs((c + 1.0) / (c - 1.0))));
        CHECK_MESSAGE(error <= 4.0 * tail * tail / largest + 20.0 * eps * largest, "c = " << c);
    }
}

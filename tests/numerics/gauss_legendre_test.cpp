#include "eigenflow/numerics/gauss_legendre.hpp"
#include "worst_error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/math/special_functions/legendre.hpp>
#include <cmath>
#include <limits>

using eigenflow::numerics::gauss_legendre;
using eigenflow::numerics::GaussLegendre;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

// Both rules through one check.
template <class Check>
void with_each_rule(const Check& check) {
    SUBCASE("8 points") { check(gauss_legendre<8>()); }
    SUBCASE("16 points") { check(gauss_legendre<16>()); }
}

template <std::size_t N>
double monomial(const GaussLegendre<N>& rule, std::size_t degree) {
    double sum = 0.0;
    for (std::size_t i = 0; i < N; ++i) {
        sum += rule.weights[i] * std::pow(rule.nodes[i], static_cast<double>(degree));
    }
    return sum;
}

// Rounded nodes move x^n by n ε/2, pow, weight and N ≤ 16 additions by ε/2 each, of ∫|x^n| = 2/(n + 1).
double rounding(std::size_t degree) {
    return (0.5 * static_cast<double>(degree) + 9.0) * eps * 2.0 / (static_cast<double>(degree) + 1.0);
}

struct Tails {
    double even = 0.0;
    double odd = 0.0;
};

template <std::size_t N, class Function>
Tails tails_of(const GaussLegendre<N>& rule, const Function& f) {
    Tails tails;
    for (std::size_t i = 0; i < N; ++i) {
        tails.even += rule.even_tail[i] * f(rule.nodes[i]);
        tails.odd += rule.odd_tail[i] * f(rule.nodes[i]);
    }
    return tails;
}

}  // namespace

TEST_CASE("Gauss-Legendre with N points is exact to degree 2N - 1") {
    with_each_rule([](const auto& rule) {
        for (std::size_t degree = 0; degree < 2 * rule.size; ++degree) {
            const double exact = degree % 2 == 0 ? 2.0 / (static_cast<double>(degree) + 1.0) : 0.0;
            CHECK_MESSAGE(std::abs(monomial(rule, degree) - exact) <= rounding(degree), "degree " << degree);
        }
    });
}

TEST_CASE("Gauss-Legendre with N points misses degree 2N by 2^(2N + 1) N!^4 / ((2N + 1) (2N)!^2)") {
    with_each_rule([](const auto& rule) {
        const std::size_t degree = 2 * rule.size;
        const auto n = static_cast<double>(rule.size);
        const double missed = std::exp((2.0 * n + 1.0) * std::log(2.0) + 4.0 * std::lgamma(n + 1.0) -
                                       std::log(2.0 * n + 1.0) - 2.0 * std::lgamma(2.0 * n + 1.0));
        CHECK(missed > 1e5 * rounding(degree));
        // The reference carries ~300 ε from its exponent, which is at most about 80 + 2 · 81.
        CHECK(std::abs((2.0 / (2.0 * n + 1.0) - monomial(rule, degree)) - missed) <=
              rounding(degree) + 400.0 * eps * missed);
    });
}

TEST_CASE("Gauss-Legendre: nodes rise, are symmetric, and weights are positive") {
    with_each_rule([](const auto& rule) {
        for (std::size_t i = 0; i < rule.size; ++i) {
            CHECK(rule.nodes[i] == -rule.nodes[rule.size - 1 - i]);
            CHECK(rule.weights[i] == rule.weights[rule.size - 1 - i]);
            CHECK(rule.weights[i] > 0.0);
            CHECK(std::abs(rule.nodes[i]) < 1.0);
            if (i > 0) CHECK(rule.nodes[i] > rule.nodes[i - 1]);
        }
    });
}

TEST_CASE("Gauss-Legendre: the tails are the Legendre coefficients of degree N - 2 and N - 1") {
    with_each_rule([](const auto& rule) {
        const std::size_t n = rule.size;
        // Exact while degree + N − 2 (N − 1) ≤ 2N − 1; P_N vanishes at every node.
        for (std::size_t degree = 0; degree <= n; ++degree) {
            const auto tails = tails_of(rule, [&](double x) { return boost::math::legendre_p(int(degree), x); });
            // N products of size ≤ (N − 1/2) w |P_n P_m|, Σ w = 2, N ≤ 16; P_n moves by n² ε/2 with a rounded node.
            const double bound = 31.0 * (12.0 + 0.5 * static_cast<double>(degree * degree)) * eps;
            CHECK_MESSAGE(std::abs(tails.even - (degree == n - 2 ? 1.0 : 0.0)) <= bound, "degree " << degree);
            CHECK_MESSAGE(std::abs(tails.odd - (degree == n - 1 ? 1.0 : 0.0)) <= bound, "degree " << degree);
        }
    });
}

TEST_CASE("Gauss-Legendre: 4 B²/F bounds the error of geometrically decaying integrands") {
    with_each_rule([](const auto& rule) {
        // 1/(c − x): Legendre coefficients fall like (c + √(c² − 1))^−n.
        for (const double c : {1.3, 1.5, 2.0, 3.0, -1.4}) {
            const auto f = [&](double x) { return 1.0 / (c - x); };
            double sum = 0.0;
            double largest = 0.0;
            for (std::size_t i = 0; i < rule.size; ++i) {
                sum += rule.weights[i] * f(rule.nodes[i]);
                largest = eigenflow::tests::worse(largest, std::abs(f(rule.nodes[i])));
            }
            const auto [even, odd] = tails_of(rule, f);
            const double tail = std::max(std::abs(even), std::abs(odd));
            const double error = std::abs(sum - std::log(std::abs((c + 1.0) / (c - 1.0))));
            CHECK_MESSAGE(error <= 4.0 * tail * tail / largest + 20.0 * eps * largest, "c = " << c);
        }
    });
}

#include "eigenflow/numerics/gauss_legendre.hpp"
#include "worst_error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <boost/math/special_functions/legendre.hpp>
#include <cmath>
#include <limits>

using eigenflow::numerics::gauss_legendre;
using eigenflow::numerics::GaussLegendre;
using eigenflow::numerics::unresolved;

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

// The Legendre coefficients of degree N − 6, N − 5, N − 2 and N − 1.
template <std::size_t N, class Function>
std::array<double, 4> coefficients_of(const GaussLegendre<N>& rule, const Function& f) {
    std::array<double, 4> sum{};
    for (std::size_t i = 0; i < N; ++i) {
        const double value = f(rule.nodes[i]);
        sum[0] += rule.even_before[i] * value;
        sum[1] += rule.odd_before[i] * value;
        sum[2] += rule.even_tail[i] * value;
        sum[3] += rule.odd_tail[i] * value;
    }
    return sum;
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

TEST_CASE("Gauss-Legendre: the Legendre coefficients of degree N - 6, N - 5, N - 2 and N - 1") {
    with_each_rule([](const auto& rule) {
        const std::size_t n = rule.size;
        const std::array<std::size_t, 4> of = {n - 6, n - 5, n - 2, n - 1};
        // Exact while degree + N − 2 (N − 1) ≤ 2N − 1; P_N vanishes at every node.
        for (std::size_t degree = 0; degree <= n; ++degree) {
            const auto found = coefficients_of(rule, [&](double x) { return boost::math::legendre_p(int(degree), x); });
            // N products of size ≤ (N − 1/2) w |P_n P_m|, Σ w = 2, N ≤ 16; P_n moves by n² ε/2 with a rounded node.
            const double bound = 31.0 * (12.0 + 0.5 * static_cast<double>(degree * degree)) * eps;
            for (std::size_t i = 0; i < of.size(); ++i) {
                CAPTURE(degree);
                CAPTURE(of[i]);
                CHECK(std::abs(found[i] - (degree == of[i] ? 1.0 : 0.0)) <= bound);
            }
        }
    });
}

namespace {

struct Estimated {
    double error;
    double estimate;
    double largest;  // |f| at the nodes
};

template <class Function>
Estimated estimated(const Function& f, double integral) {
    const GaussLegendre<16>& rule = gauss_legendre<16>();
    double sum = 0.0;
    double largest = 0.0;
    for (std::size_t i = 0; i < rule.size; ++i) {
        sum += rule.weights[i] * f(rule.nodes[i]);
        largest = eigenflow::tests::worse(largest, std::abs(f(rule.nodes[i])));
    }
    const auto found = coefficients_of(rule, f);
    const double before = std::max(std::abs(found[0]), std::abs(found[1]));
    const double tail = std::max(std::abs(found[2]), std::abs(found[3]));
    return {std::abs(sum - integral) - 20.0 * eps * largest, unresolved(1.0, tail, before, largest), largest};
}

}  // namespace

TEST_CASE("Gauss-Legendre: the estimate bounds the error of geometrically decaying integrands, and is not far off") {
    // 1/(c − x): Legendre coefficients fall like (c + √(c² − 1))^−n.
    for (const double c : {1.02, 1.1, 1.3, 1.5, 2.0, 3.0, -1.4}) {
        CAPTURE(c);
        const auto f = [&](double x) { return 1.0 / (c - x); };
        const Estimated of = estimated(f, std::log(std::abs((c + 1.0) / (c - 1.0))));
        CHECK(of.error <= of.estimate);
        CHECK(of.estimate <= 1e3 * std::pow(std::abs(c) + std::sqrt(c * c - 1.0), -26.0) * std::abs(f(c > 0 ? 1 : -1)));
    }
}

TEST_CASE("Gauss-Legendre: the estimate bounds the error of a front beside something larger") {
    // 1/(5 − x) and a step of size s and width w at p, whose integral is s w ln of what its logistic is made of.
    for (const double width : {0.3, 0.1, 0.06}) {
        for (const double size : {1.0, 1e-4, 1e-8, 1e-11}) {
            for (double place = -0.9; place < 0.95; place += 0.05) {
                CAPTURE(width);
                CAPTURE(size);
                CAPTURE(place);
                const auto f = [&](double x) {
                    return 1.0 / (5.0 - x) + size / (1.0 + std::exp(-(x - place) / width));
                };
                const auto softplus = [&](double x) { return width * std::log1p(std::exp((x - place) / width)); };
                const Estimated of = estimated(f, std::log(1.5) + size * (softplus(1.0) - softplus(-1.0)));
                CHECK(of.error <= of.estimate + 4.0 * 2e-13 * of.largest);  // what it takes for rounding
            }
        }
    }
    CHECK(unresolved(1.0, 0.0, 0.0, 0.0) == 0.0);
}

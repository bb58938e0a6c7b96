#include "eigenflow/analysis/distance.hpp"
#include "worst_error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using eigenflow::analysis::kl_divergence;
using eigenflow::analysis::wasserstein_distance;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();
constexpr double infinity = std::numeric_limits<double>::infinity();

double kl(double generated, double target) { return kl_divergence({{generated}}, {{target}}); }
double w2(double generated, double target) { return wasserstein_distance({{generated}}, {{target}}); }

}  // namespace

TEST_CASE("T-22 kl ulp: 32 ulp from nearly equal variances to ratios of 1e12") {
    // λ = 1, λ̃ = 1 + x with x exact: ½ (x − ln(1+x)) = ½ Σ_{n≥2} (−x)ⁿ/n below ½, in long double above
    for (int exponent = -40; exponent <= 40; ++exponent) {
        for (const double sign : {1.0, -1.0}) {
            const double x = sign * std::ldexp(1.0, exponent);
            if (x <= -1.0) continue;
            long double expected = static_cast<long double>(x) - std::log1p(static_cast<long double>(x));
            if (std::abs(x) < 0.5) {
                expected = 0.0L;
                for (int n = 60; n >= 2; --n) expected += std::pow(-static_cast<long double>(x), n) / n;
            }
            CAPTURE(x);
            CHECK(std::abs(kl(1.0 + x, 1.0) / static_cast<double>(0.5L * expected) - 1.0) <= 32.0 * eps);
        }
    }
}

TEST_CASE("T-22 kl keeps its digits where the naive form has lost seven") {
    double worst = 0.0, naive_worst = 0.0;
    for (int i = 0; i < 50; ++i) {
        const double lambda = 0.7 + 0.01 * i, generated = lambda * (1.0 + 1e-9);
        const long double x = (static_cast<long double>(generated) - lambda) / lambda;
        const auto exact = static_cast<double>(0.25L * x * x * (1.0L - 2.0L / 3.0L * x));  // next term x²/2 = 5e-19
        const double ratio = generated / lambda;
        worst = eigenflow::tests::worse(worst, std::abs(kl(generated, lambda) / exact - 1.0));
        naive_worst =
            eigenflow::tests::worse(naive_worst, std::abs(0.5 * (ratio - 1.0 - std::log(ratio)) / exact - 1.0));
    }
    CHECK(worst <= 32.0 * eps);
    CHECK(naive_worst > 1e-9);
}

TEST_CASE("T-22 kl adds modes, is 0 for equal spectra, and has a scale-free value") {
    const std::vector<double> generated = {3.0, 0.5, 1e-6}, target = {2.0, 1.0, 5e-6};
    double sum = 0.0;
    for (std::size_t k = 0; k < 3; ++k) sum += kl(generated[k], target[k]);
    CHECK(kl_divergence(generated, target) == doctest::Approx(sum).epsilon(4.0 * eps));
    CHECK(kl_divergence(target, target) == 0.0);
    CHECK(kl(3.0, 2.0) == kl(12.0, 8.0));
}

TEST_CASE("T-22 kl at the edges: no common density is infinite, a failed variance is NaN") {
    CHECK(kl(1.0, 0.0) == infinity);
    CHECK(kl(0.0, 1.0) == infinity);
    CHECK(kl(0.0, 0.0) == 0.0);
    CHECK(kl(1e300, 1e-300) == infinity);
    CHECK(std::isnan(kl(std::nan(""), 1.0)));
    CHECK(std::isnan(kl(-1.0, 1.0)));
    CHECK(std::isnan(kl_divergence({{1.0, std::nan("")}}, {{0.0, 1.0}})));
}

TEST_CASE("T-22 w2 ulp: 8 ulp, also for nearly equal variances") {
    for (int exponent = -45; exponent <= 45; ++exponent) {
        const double l = 1.0 + std::ldexp(1.0, exponent);
        const long double expected =
            (static_cast<long double>(l) - 1.0L) / (std::sqrt(static_cast<long double>(l)) + 1.0L);
        CAPTURE(exponent);
        CHECK(std::abs(w2(l, 1.0) / static_cast<double>(expected) - 1.0) <= 8.0 * eps);
    }
}

TEST_CASE("T-22 w2 is a distance: Pythagoras over modes, zeros allowed, NaN reported") {
    CHECK(wasserstein_distance({{9.0, 0.0}}, {{36.0, 16.0}}) == 5.0);
    CHECK(w2(4.0, 1.0) == w2(1.0, 4.0));
    CHECK(w2(0.0, 0.0) == 0.0);
    CHECK(std::isnan(w2(std::nan(""), 1.0)));
    CHECK(std::isnan(w2(-1.0, 1.0)));
}

// `floor`: τ* = A (λ + λ_0)^(−α).
#include <doctest/doctest.h>

#include <cmath>

#include "analysis/synthetic_laws.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;
using numerics::RandomStream;
using synthetic::emerged;
using synthetic::fit;
using synthetic::law;

namespace {

std::vector<Emergence> saturating(double floor, double exponent, double noise, RandomStream& random) {
    auto rows = law(40, 4.0, 1.0, 0.0, noise, random);
    for (Emergence& e : rows) e.tau_star *= 0.3 * std::pow(e.target_variance + floor, -exponent);
    return rows;
}

}  // namespace

TEST_CASE("T-21 floor recovers an exact law with a floor, over seven decades of lambda_0") {
    RandomStream random(1);
    for (const double floor : {1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0}) {
        const PowerLaw found = fit(saturating(floor, 1.4, 0.0, random), "floor");
        CAPTURE(floor);
        // ε of ln τ* ≤ 10 moves λ_0 by 10 ε λ_min where it is far below λ_min, and α, λ_0 together where λ_0 is large
        CHECK(found.floor == doctest::Approx(floor).epsilon(1e-9));
        CHECK(found.exponent == doctest::Approx(1.4).epsilon(1e-9));
        CHECK(found.prefactor == doctest::Approx(0.3).epsilon(1e-9));
        CHECK(found.note.empty());
    }
}

TEST_CASE("T-21 floor of a pure power law: lambda_0 is near 0, with a note") {
    RandomStream random(2);
    int contains_zero = 0;
    for (int set = 0; set < 200; ++set) {
        const PowerLaw found = fit(law(40, 3.0, 1.0, 1.0, 0.1, random), "floor");
        const bool noted = found.note.find("a floor is not needed") == 0;
        CHECK(found.floor >= 0.0);
        CHECK(found.floor < 1e-3);  // the smallest λ
        CHECK(noted == (found.floor_ci_low == 0.0));
        contains_zero += noted;
    }
    // λ_0 = 0 is the edge: it is left out only where λ_0 is significantly above it, once in 40; and four deviations
    CHECK(contains_zero >= 200 * (1.0 - 0.025) - 4.0 * std::sqrt(200 * 0.025));
}

TEST_CASE("T-21 floor: what the modes do not determine is said") {
    RandomStream random(3);
    auto exponential = law(40, 3.0, 1.0, 0.0, 0.01, random);
    for (Emergence& e : exponential) e.tau_star *= std::exp(-3.0 * e.target_variance);
    const PowerLaw found = fit(exponential, "floor");
    CHECK(found.floor_ci_high == std::numeric_limits<double>::infinity());
    CHECK((found.note.find("lambda_0 has reached ten times") == 0 ||
           found.note.find("the modes do not bound lambda_0") == 0));
    const PowerLaw three = fit({emerged(1.0, 1.0), emerged(0.1, 9.0), emerged(0.01, 60.0)}, "floor");
    CHECK(std::isfinite(three.exponent));
    CHECK(std::isnan(three.exponent_se));
    CHECK(std::isnan(three.floor_se));
    CHECK(std::isnan(three.ci_low));
    CHECK(three.note == "as many modes as parameters: no standard error; fewer than 5 modes");
}

// The story: the ratio of the largest to the smallest λ was infinite, and the search for a minimum had no end.
TEST_CASE("T-21 floor: modes beyond any ratio have no law, and say so") {
    for (const double largest : {1e0, 1e300}) {
        std::vector<Emergence> rows;
        for (const double share : {1.0, 1e-2, 1e-200, 0.0}) {
            rows.push_back(emerged(share > 0.0 ? largest * share : 1e-308, 1.0 + static_cast<double>(rows.size())));
        }
        const PowerLaw found = fit(rows, "floor");
        CAPTURE(found.note);
        CHECK(std::isnan(found.exponent));
        CHECK(found.note.find("more than 300 decades") != std::string::npos);
    }
}

TEST_CASE("T-21 floor takes the bend that ols calls a lower exponent") {
    RandomStream random(4);
    const auto rows = saturating(2e-3, 1.0, 0.05, random);
    const PowerLaw floor = fit(rows, "floor", 300), ols = fit(rows, "ols", 300);
    CHECK(ols.exponent < 0.9);
    CHECK(ols.note.find("a straight line is rejected (curvature p < 1e-15)") == 0);
    CHECK(floor.ci_low <= 1.0);
    CHECK(floor.ci_high >= 1.0);
    CHECK(floor.note.empty());
}

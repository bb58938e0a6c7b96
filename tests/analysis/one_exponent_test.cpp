// Does one exponent describe the whole range? Curvature and break.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>

#include "analysis/synthetic_laws.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;
using numerics::RandomStream;
using synthetic::emerged;
using synthetic::law;

namespace {

/// The exponent changes by `change` below λ = 0.01.
std::vector<Emergence> broken(int n, double change, double noise, RandomStream& random) {
    auto rows = law(n, 4.0, 1.0, 1.0, noise, random);
    for (Emergence& e : rows) {
        if (e.target_variance < 0.01) e.tau_star *= std::pow(e.target_variance / 0.01, -change);
    }
    return rows;
}

PowerLaw tested(const std::vector<Emergence>& rows, int simulations, std::uint64_t seed, unsigned threads = 2) {
    return fit_power_laws(rows, {.estimators = {"ols"}, .bootstrap = simulations, .seed = seed}, Threads(threads))[0];
}

}  // namespace

TEST_CASE("T-21 break and curvature: 5 % of straight laws are rejected, the search for the break included") {
    // 1000 data sets: the binomial standard deviation is 0.69 %; three of them. p ≤ 10/200 is exactly 5 %.
    RandomStream random(5);
    int bends = 0, curves = 0, notes = 0;
    for (std::uint64_t set = 0; set < 1000; ++set) {
        const PowerLaw law_of_set = tested(law(40, 3.0, 1.0, 1.0, 0.2, random), 199, set);
        bends += law_of_set.break_p <= 0.05;
        curves += law_of_set.curvature_p <= 0.05;
        notes += !law_of_set.note.empty();
    }
    CAPTURE(bends);
    CAPTURE(curves);
    CHECK(std::abs(bends - 50) <= 21);
    CHECK(std::abs(curves - 50) <= 21);
    CHECK(notes <= 100);
}

TEST_CASE("T-21 break: a change of the exponent by 0.3 is found, where it is") {
    RandomStream random(7);
    double exponents[2] = {}, place = 0.0;
    int found = 0;
    for (std::uint64_t set = 0; set < 100; ++set) {
        const PowerLaw b = tested(broken(64, -0.3, 0.1, random), 99, set);
        found += b.break_p <= 0.05;
        exponents[0] += b.exponent_below / 100;
        exponents[1] += b.exponent_above / 100;
        place += std::log10(b.break_variance) / 100;
    }
    // the slope's standard error over two of four decades is 0.1/√(32 · 1.77) = 0.013, a tenth of that in the mean
    CHECK(found >= 99);
    CHECK(exponents[0] == doctest::Approx(0.7).epsilon(0.02));
    CHECK(exponents[1] == doctest::Approx(1.0).epsilon(0.02));
    CHECK(std::abs(place + 2.0) <= 0.1);
    const std::string note = tested(broken(64, -0.3, 0.1, random), 99, 1).note;
    CHECK(note.find("no single exponent: 0.") != std::string::npos);
    CHECK(note.find("(break p = 0.01)") != std::string::npos);
}

TEST_CASE("T-21 break of exact curves: a power law passes with p = 1, anything else fails") {
    RandomStream random(11);
    const PowerLaw exact = tested(law(40, 3.0, 0.3, 1.2, 0.0, random), 99, 1);
    CHECK(exact.curvature_p == 1.0);
    CHECK(exact.break_p == 1.0);
    CHECK(exact.note.empty());
    const PowerLaw bent = tested(broken(41, 0.01, 0.0, random), 99, 1);
    CHECK(bent.curvature_p < 1e-6);
    CHECK(bent.break_p == 0.01);  // 1/(1 + 99)
    // λ = 0.01 is a mode, and a place lies half a step beside it
    CHECK(bent.exponent_below == doctest::Approx(1.01).epsilon(0.002));
    CHECK(bent.exponent_above == doctest::Approx(1.0).epsilon(0.002));
}

TEST_CASE("T-21 break: not applicable to few modes or few lambda") {
    RandomStream random(13);
    const PowerLaw nine = tested(law(9, 3.0, 1.0, 1.0, 0.1, random), 99, 1);
    CHECK(std::isnan(nine.break_variance));
    CHECK(std::isnan(nine.break_p));
    CHECK(std::isfinite(nine.curvature_p));
    CHECK(std::isnan(tested(law(3, 3.0, 1.0, 1.0, 0.1, random), 99, 1).curvature_p));
    std::vector<Emergence> two_variances;
    for (int i = 0; i < 20; ++i) two_variances.push_back(emerged(i < 10 ? 1.0 : 0.01, 1.0 + i));
    CHECK(std::isnan(tested(two_variances, 99, 1).curvature_p));
    CHECK(std::isnan(tested(two_variances, 99, 1).break_variance));
    const PowerLaw unsimulated = tested(law(10, 3.0, 1.0, 1.0, 0.1, random), 0, 1);
    CHECK(std::isfinite(unsimulated.break_variance));
    CHECK(std::isnan(unsimulated.break_p));
}

TEST_CASE("T-21 break: same bytes for one and two threads") {
    RandomStream random(17);
    const auto rows = law(70, 3.0, 1.0, 1.0, 0.1, random);
    CHECK(std::bit_cast<std::uint64_t>(tested(rows, 333, 1, 1).break_p) ==
          std::bit_cast<std::uint64_t>(tested(rows, 333, 1, 2).break_p));
}

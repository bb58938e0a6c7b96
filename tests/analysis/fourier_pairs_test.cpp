#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "eigenflow/analysis/comparison.hpp"
#include "synthetic_laws.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;

// Frequencies k and −k of real data have the same variance to the last bit. Fitted as two modes they made every
// standard error √2 too small, and p-values accordingly.
namespace {

/// Every mode twice, its partner right behind it.
std::vector<Emergence> doubled(const std::vector<Emergence>& modes) {
    std::vector<Emergence> rows;
    for (std::size_t i = 0; i < modes.size(); ++i) {
        for (std::size_t twin = 0; twin < 2; ++twin) {
            rows.push_back(modes[i]);
            rows.back().mode = 2 * i + twin;
            rows.back().partner = 2 * i + 1 - twin;
        }
    }
    return rows;
}

std::vector<Emergence> without_partners(std::vector<Emergence> rows) {
    for (Emergence& e : rows) e.partner.reset();
    return rows;
}

}  // namespace

TEST_CASE("T-21 pairs of Fourier modes are fitted once") {
    numerics::RandomStream random(4);
    std::vector<Emergence> modes = synthetic::law(24, 2.0, 3.0, 0.7, 0.2, random);
    for (std::size_t i = 0; i < modes.size(); ++i) modes[i].mode = i;
    synthetic::censor(modes, 40.0);
    for (const char* estimator : {"ols", "robust", "censored"}) {
        CAPTURE(estimator);
        const PowerLaw alone = synthetic::fit(modes, estimator, 50);
        const PowerLaw pairs = synthetic::fit(doubled(modes), estimator, 50);
        CHECK(pairs.modes == alone.modes);
        CHECK(pairs.censored == alone.censored);
        CHECK(pairs.exponent == alone.exponent);
        CHECK(pairs.exponent_se == alone.exponent_se);
        CHECK(pairs.ci_low == alone.ci_low);
        CHECK(pairs.curvature_p == alone.curvature_p);
        CHECK(pairs.break_p == alone.break_p);
        CHECK(pairs.note == alone.note);
    }
}

TEST_CASE("T-21 pairs of Fourier modes: standard errors are calibrated, and too small where both are fitted") {
    constexpr int sets = 400;
    double once = 0.0, twice = 0.0;
    for (int set = 0; set < sets; ++set) {
        numerics::RandomStream random(static_cast<std::uint64_t>(set) + 1);
        const std::vector<Emergence> rows = doubled(synthetic::law(32, 2.0, 1.0, 0.5, 0.3, random));
        const PowerLaw law = synthetic::fit(rows, "ols"), both = synthetic::fit(without_partners(rows), "ols");
        once += std::pow((law.exponent - 0.5) / law.exponent_se, 2) / sets;
        twice += std::pow((both.exponent - 0.5) / both.exponent_se, 2) / sets;
    }
    // t² of 30 degrees: mean 30/28, variance 2.5 (t has kurtosis 6/26 above 3, so 2 + 0.23 + … below 2.6); the mean of
    // 400 has a standard deviation of 0.08, and 4 of them are 0.32. Twice the modes: (62/30) times as much.
    CHECK(std::abs(once - 30.0 / 28.0) < 0.32);
    CHECK(twice == doctest::Approx(once * 62.0 / 30.0).epsilon(1e-9));
}

TEST_CASE("T-21 pairs of Fourier modes are compared once") {
    numerics::RandomStream random(9);
    std::vector<Emergence> a = synthetic::law(12, 1.5, 1.0, 0.5, 0.1, random);
    std::vector<Emergence> b = synthetic::law(12, 1.5, 2.0, 0.6, 0.1, random);
    for (std::size_t i = 0; i < a.size(); ++i) a[i].mode = b[i].mode = i;
    const auto compared = [](const std::vector<Emergence>& reference, const std::vector<Emergence>& other) {
        const std::vector<RunResult> runs = {{"a", reference, {}, {}}, {"b", other, {}, {}}};
        return compare_runs(runs, 0.95);
    };
    const Comparison alone = compared(a, b), pairs = compared(doubled(a), doubled(b));
    CHECK(pairs.times.size() == 2 * alone.times.size());
    REQUIRE(pairs.paired.size() == alone.paired.size());
    CHECK(pairs.paired[0].modes == 12);
    CHECK(pairs.paired[0].p_value == alone.paired[0].p_value);
    CHECK(pairs.paired[0].difference_se == alone.paired[0].difference_se);
    CHECK(pairs.rates[0].rate_se == alone.rates[0].rate_se);
}

#include "eigenflow/analysis/power_law.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "analysis/synthetic_laws.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;
using numerics::RandomStream;
using synthetic::emerged;
using synthetic::fit;
using synthetic::law;

namespace {

// ln and pow round ln τ* of up to 16 to an ulp, and a slope over 4 decades divides by about 3.
constexpr double exact_tolerance = 64.0 * std::numeric_limits<double>::epsilon();

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

}  // namespace

TEST_CASE("T-21 every estimator recovers an exact law, with no error") {
    RandomStream random(1);
    const auto rows = law(30, 4.0, 0.37, 1.25, 0.0, random);
    for (const std::string& name : estimator_names()) {
        for (const int bootstrap : {0, 50}) {
            const PowerLaw found = fit(rows, name.c_str(), bootstrap);
            CAPTURE(name);
            CHECK(std::abs(found.exponent - 1.25) <= exact_tolerance);
            CHECK(std::abs(found.prefactor / 0.37 - 1.0) <= 4.0 * exact_tolerance);
            CHECK(std::abs(found.r_squared - 1.0) <= exact_tolerance);
            CHECK(found.exponent_se <= exact_tolerance);
            CHECK(found.ci_low <= 1.25 + exact_tolerance);
            CHECK(found.ci_high >= 1.25 - exact_tolerance);
            CHECK(found.ci_high - found.ci_low <= 8.0 * exact_tolerance);
            CHECK((name == "floor" ? found.floor <= exact_tolerance * 1e-4 : std::isnan(found.floor)));  // of λ_min
            CHECK(found.modes == 30);
        }
    }
}

TEST_CASE("T-21 ols by hand: three points") {
    // x = 0, 1, 2; y = 0, −1, −1: slope −1/2, intercept −1/6, RSS = 1/6, Syy = 2/3, R² = 3/4
    const auto e = [](double v) { return std::exp(v); };
    const PowerLaw found = fit({emerged(e(0), e(0)), emerged(e(1), e(-1)), emerged(e(2), e(-1))}, "ols");
    CHECK(found.exponent == doctest::Approx(0.5).epsilon(exact_tolerance));
    CHECK(found.prefactor == doctest::Approx(e(-1.0 / 6.0)).epsilon(exact_tolerance));
    CHECK(found.r_squared == doctest::Approx(0.75).epsilon(exact_tolerance));
    CHECK(found.exponent_se == doctest::Approx(std::sqrt(1.0 / 12.0)).epsilon(exact_tolerance));
    // t of one degree of freedom at 97.5 % is tan(0.475 π)
    const double half = std::tan(0.475 * 3.14159265358979323846) * std::sqrt(1.0 / 12.0);
    CHECK(found.ci_high - found.exponent == doctest::Approx(half).epsilon(1e-12));  // Boost's quantile
    CHECK(found.exponent - found.ci_low == doctest::Approx(half).epsilon(1e-12));
}

TEST_CASE("T-21 ols-inverse: its exponent is the one of ols over R^2, its slope R^2/alpha") {
    RandomStream random(3);
    const auto rows = law(40, 3.0, 2.0, 0.8, 0.5, random);
    const PowerLaw direct = fit(rows, "ols"), inverse = fit(rows, "ols-inverse");
    CHECK(inverse.exponent == doctest::Approx(direct.exponent / direct.r_squared).epsilon(exact_tolerance));
    CHECK(inverse.r_squared == doctest::Approx(direct.r_squared).epsilon(exact_tolerance));
    CHECK(inverse.exponent > direct.exponent);
    // se(s) = √((1 − R²)/(n − 2) Sxx/Syy), so se(α)/α = √((1 − R²)/R²/(n − 2)) for both regressions
    const double relative_se = std::sqrt((1.0 - direct.r_squared) / direct.r_squared / 38.0);
    CHECK(inverse.exponent_se / inverse.exponent == doctest::Approx(relative_se).epsilon(16.0 * exact_tolerance));
    CHECK(inverse.note.find("the slope of ln lambda on ln tau is -1.") == 0);
}

TEST_CASE("T-21 scaling tau scales the prefactor and leaves the exponent alone") {
    RandomStream random(5);
    auto rows = law(25, 2.0, 1.0, 1.1, 0.2, random);
    for (const std::string& name : estimator_names()) {
        auto scaled = rows;
        for (Emergence& e : scaled) e.tau_star *= 1e5;
        const PowerLaw a = fit(rows, name.c_str()), b = fit(scaled, name.c_str());
        // `robust` ends within 1e-8 of its optimum, the least-squares fits at rounding
        const double tolerance = name == "robust" ? 1e-8 : exact_tolerance;
        CHECK(b.exponent == doctest::Approx(a.exponent).epsilon(tolerance));
        CHECK(b.prefactor == doctest::Approx(1e5 * a.prefactor).epsilon(16.0 * tolerance));
        CHECK(b.exponent_se == doctest::Approx(a.exponent_se).epsilon(16.0 * tolerance));
    }
}

TEST_CASE("T-21 ols t-intervals cover the true exponent 95 times in 100") {
    // 2000 data sets: the binomial standard deviation is 0.49 %, so 2 % is four of them.
    int covered = 0;
    RandomStream random(7);
    for (int set = 0; set < 2000; ++set) {
        const PowerLaw found = fit(law(12, 2.0, 1.0, 1.0, 0.3, random), "ols");
        covered += found.ci_low <= 1.0 && 1.0 <= found.ci_high;
    }
    CHECK(covered >= 2000 * 0.93);
    CHECK(covered <= 2000 * 0.97);
}

TEST_CASE("T-21 bootstrap intervals agree with the t-intervals where their assumptions hold") {
    // 200 modes with normal errors: half widths agree within the scatter of a 2.5 % percentile of 2000 resamples
    // (relative standard deviation 3 %) and of the sampled errors (5 %); 4 of both.
    RandomStream random(11);
    const auto rows = law(200, 3.0, 1.0, 1.0, 0.3, random);
    for (const std::string& name : estimator_names()) {
        const PowerLaw t = fit(rows, name.c_str()), resampled = fit(rows, name.c_str(), 2000, 2);
        const double ratio = (resampled.ci_high - resampled.ci_low) / (t.ci_high - t.ci_low);
        CAPTURE(name);
        CAPTURE(ratio);
        CHECK(std::abs(ratio - 1.0) <= 4.0 * std::hypot(0.03, 0.05));
        CHECK(resampled.exponent == t.exponent);
    }
}

TEST_CASE("T-21 bootstrap has the same bytes for one and two threads, and follows its seed") {
    RandomStream random(13);
    const auto rows = law(40, 2.0, 1.0, 0.7, 0.3, random);
    for (const std::string& name : estimator_names()) {
        const PowerLaw one = fit(rows, name.c_str(), 333, 1), two = fit(rows, name.c_str(), 333, 2);
        CHECK(same_bits(one.ci_low, two.ci_low));
        CHECK(same_bits(one.ci_high, two.ci_high));
        const auto other = fit_power_laws(rows, {.estimators = {name}, .bootstrap = 333, .seed = 2}, Threads(2));
        CHECK_FALSE(same_bits(one.ci_low, other[0].ci_low));
        // and not the company it is fitted in
        const auto all = fit_power_laws(rows, {.estimators = estimator_names(), .bootstrap = 333}, Threads(2));
        const auto same = std::find_if(all.begin(), all.end(), [&](const PowerLaw& l) { return l.estimator == name; });
        CHECK(same_bits(one.ci_low, same->ci_low));
    }
}

TEST_CASE("T-21 a fit has the same bytes wherever its numbers lie in memory") {
    // Eigen's sum of a mapped vector begins at the first aligned address: robust fits once differed from call to call.
    RandomStream random(37);
    const auto rows = law(41, 2.0, 1.0, 0.7, 0.3, random);
    for (const std::string& name : estimator_names()) {
        const PowerLaw first = fit(rows, name.c_str());
        std::vector<std::vector<double>> holes;
        for (std::size_t i = 0; i < 16; ++i) {
            holes.emplace_back(2 * i + 1);  // moves what is allocated next by 16 bytes
            CHECK(same_bits(fit(rows, name.c_str()).exponent, first.exponent));
        }
    }
}

TEST_CASE("T-21 a resample of fewer lambda than parameters is drawn again") {
    // Three modes, two of them alike: 1 resample in 3 has a single λ, and none may leave a NaN.
    const std::vector<Emergence> three = {emerged(1.0, 1.0), emerged(1.0, 1.5), emerged(0.1, 10.0)};
    auto four = three;  // and with a fourth, 14 in 16 have fewer than the three λ of a floor's law
    four.push_back(emerged(0.01, 70.0));
    for (const std::string& name : estimator_names()) {
        const PowerLaw found = fit(name == "floor" ? four : three, name.c_str(), 200);
        CHECK(std::isfinite(found.ci_low));
        CHECK(found.ci_low <= found.ci_high);
    }
}

TEST_CASE("T-21 only emerged modes are fitted, per criterion and direction, and censored ones are counted") {
    RandomStream random(17);
    auto rows = law(10, 3.0, 1.0, 1.0, 0.0, random);
    auto falling = law(6, 3.0, 5.0, 0.5, 0.0, random);
    for (Emergence& e : falling) e.direction = Direction::falling;
    auto harmonic = law(7, 3.0, 2.0, 2.0, 0.0, random);
    for (Emergence& e : harmonic) e.criterion = Criterion::harmonic;
    const auto with_status = [](EmergenceStatus status, double tau) {
        Emergence e = emerged(1e-5, tau);
        e.status = status;
        return e;
    };
    rows.push_back(with_status(EmergenceStatus::gray_zone, 1e9));
    rows.push_back(with_status(EmergenceStatus::no_crossing, std::nan("")));
    rows.push_back(with_status(EmergenceStatus::censored, std::nan("")));
    rows.push_back(with_status(EmergenceStatus::censored, std::nan("")));
    rows.push_back(emerged(0.0, 3.0));  // λ = 0 has no logarithm
    rows.push_back(emerged(1.0, 0.0));
    rows.insert(rows.end(), falling.begin(), falling.end());
    rows.insert(rows.end(), harmonic.begin(), harmonic.end());

    const auto laws = fit_power_laws(rows, {.estimators = {"ols", "robust"}, .bootstrap = 0}, Threads(1));
    REQUIRE(laws.size() == 6);
    const double exponents[] = {1.0, 1.0, 0.5, 0.5, 2.0, 2.0};
    const std::size_t modes[] = {10, 10, 6, 6, 7, 7};
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK(std::abs(laws[i].exponent - exponents[i]) <= exact_tolerance);
        CHECK(laws[i].modes == modes[i]);
        CHECK(laws[i].censored == (i < 2 ? 2 : 0));
        CHECK(laws[i].estimator == (i % 2 == 0 ? "ols" : "robust"));
        CHECK(laws[i].direction == (i == 2 || i == 3 ? Direction::falling : Direction::rising));
        CHECK(laws[i].criterion == (i < 4 ? Criterion::geometric : Criterion::harmonic));
        CHECK(laws[i].note.empty());
    }
}

TEST_CASE("T-21 what a fit lacks has its reason: modes of one time have no r_squared") {
    std::vector<Emergence> rows;
    for (const double lambda : {10.0, 5.0, 1.0, 0.5, 0.2, 0.1}) rows.push_back(emerged(lambda, 3.0));
    for (const char* name : {"ols", "robust"}) {
        const PowerLaw found = fit(rows, name, 0);
        CHECK(found.exponent == 0.0);
        CHECK(std::isnan(found.r_squared));
        CHECK(found.note == "all modes emerge at the same tau: no r_squared");
    }
    rows.front().tau_star = 3.1;
    CHECK(fit(rows, "ols", 0).note.find("r_squared") == std::string::npos);
}

TEST_CASE("T-21 too few modes: no row, no exponent, or no error, each with its note") {
    CHECK(fit_power_laws({}, {}, Threads(1)).empty());
    for (const std::string& name : estimator_names()) {
        for (const int bootstrap : {0, 20}) {
            const PowerLaw one = fit({emerged(1.0, 2.0)}, name.c_str(), bootstrap);
            CHECK(std::isnan(one.exponent));
            CHECK(one.modes == 1);
            CHECK(one.note == "a single mode: no exponent");
            const PowerLaw alike =
                fit({emerged(1.0, 2.0), emerged(1.0, 3.0), emerged(1.0, 4.0)}, name.c_str(), bootstrap);
            CHECK(std::isnan(alike.exponent));
            CHECK(std::isnan(alike.ci_low));
            CHECK(alike.note == "all modes have the same lambda: no exponent");
            const PowerLaw two = fit({emerged(1.0, 2.0), emerged(0.01, 200.0)}, name.c_str(), bootstrap);
            CHECK(std::isnan(two.exponent_se));
            CHECK(std::isnan(two.ci_high));
            if (name == "floor") {
                CHECK(std::isnan(two.exponent));
                CHECK(two.note == "fewer different lambda than the law has parameters");
                continue;
            }
            CHECK(std::abs(two.exponent - 1.0) <= exact_tolerance);
            CHECK(two.note.find("two modes: no standard error; fewer than 5 modes") == 0);
        }
    }
}

TEST_CASE("T-21 times that do not depend on lambda have no inverse slope") {
    const std::vector<Emergence> alike{emerged(1.0, 2.0), emerged(0.1, 2.0), emerged(0.01, 2.0)};
    const PowerLaw inverse = fit(alike, "ols-inverse");
    CHECK(std::isnan(inverse.exponent));
    CHECK(inverse.note.find("ln tau does not vary with ln lambda") != std::string::npos);
    CHECK(fit(alike, "ols").exponent == 0.0);
}

TEST_CASE("T-21 modes that have not emerged, and times that noise decides, are counted in the note") {
    auto rows = std::vector<Emergence>(6, emerged(1.0, 2.0));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].status = i < 3   ? EmergenceStatus::censored
                         : i < 5 ? EmergenceStatus::gray_zone
                                 : EmergenceStatus::no_crossing;
    }
    CHECK(fit(rows, "ols").note ==
          "no mode emerged: 3 censored by the last tau, 2 in the gray zone, 1 without a crossing");
    RandomStream random(23);
    auto noisy = law(6, 2.0, 1.0, 1.0, 0.1, random);
    noisy[1].noisy = noisy[4].noisy = true;
    CHECK(fit(noisy, "ols").note.find("2 modes cross more than once within their noise") == 0);
    for (Emergence& e : noisy) e.criterion = Criterion::settling;
    CHECK(fit(noisy, "ols").note.find("2 modes settle within their noise: widen emergence.settling_band") == 0);
}

TEST_CASE("T-21 a narrow spectrum and an unknown estimator are noted") {
    RandomStream random(19);
    CHECK(fit(law(4, std::log10(3.5), 1.0, 1.0, 0.1, random), "ols").note ==
          "fewer than 5 modes; lambda spans less than a decade (x3.5)");
    CHECK(fit(law(5, 1.01, 1.0, 1.0, 0.0, random), "ols").note.empty());
    CHECK(fit(law(5, 1.0, 1.0, 1.0, 0.1, random), "least-squares").note == "there is no estimator 'least-squares'");
}

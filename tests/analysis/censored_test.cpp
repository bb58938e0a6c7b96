// `censored`: modes that had not emerged when training ended.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "../../analysis/estimators/censored_likelihood.hpp"
#include "../../analysis/estimators/normal_tail.hpp"
#include "analysis/synthetic_laws.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;
using numerics::RandomStream;
using synthetic::censor;
using synthetic::fit;
using synthetic::law;

TEST_CASE("T-21 censored removes the bias of dropping censored modes") {
    RandomStream random(61);
    constexpr int sets = 500;
    double dropped = 0.0, kept = 0.0, kept2 = 0.0, censored_modes = 0.0;
    for (int set = 0; set < sets; ++set) {
        auto rows = law(64, 4.0, 1.0, 1.0, 0.6, random);
        censor(rows, std::exp(5.0));
        dropped += (fit(rows, "ols").exponent - 1.0) / sets;
        const PowerLaw found = fit(rows, "censored");
        const double error = found.exponent - 1.0;
        censored_modes += static_cast<double>(found.censored) / sets;
        kept += error / sets;
        kept2 += error * error / sets;
    }
    INFO("modes censored: " << censored_modes);
    INFO("bias of the exponent, censored modes dropped (ols): " << dropped << ", used (censored): " << kept);
    CHECK(dropped < -0.04);
    CHECK(std::abs(kept) <= 3.0 * std::sqrt(kept2 / sets));  // of its own sampling error
    CHECK(std::abs(kept) < 0.1 * std::abs(dropped));
}

TEST_CASE("T-21 censored is ols, bit by bit, where no mode is censored") {
    RandomStream random(67);
    const auto rows = law(20, 3.0, 1.0, 1.3, 0.4, random);
    const PowerLaw likelihood = fit(rows, "censored"), squares = fit(rows, "ols");
    for (const auto field : {&PowerLaw::exponent, &PowerLaw::exponent_se, &PowerLaw::ci_low, &PowerLaw::ci_high,
                             &PowerLaw::prefactor, &PowerLaw::r_squared}) {
        CHECK(std::bit_cast<std::uint64_t>(likelihood.*field) == std::bit_cast<std::uint64_t>(squares.*field));
    }
}

TEST_CASE("T-21 censored: the likelihood itself ends at ols, standard error included, where no mode is censored") {
    // One censored mode, seen for so short a time that it says nothing: P(τ* > τ) = 1
    RandomStream random(71);
    auto rows = law(20, 3.0, 1.0, 1.3, 0.4, random);
    const PowerLaw squares = fit(rows, "ols");
    rows.push_back(synthetic::emerged(0.01, 1.0));
    censor(rows, 1e300);
    rows.back().status = EmergenceStatus::censored;
    rows.back().observed_until = 1e-12;
    const PowerLaw found = fit(rows, "censored");
    CHECK(found.censored == 1);
    // the last Newton step is below 1e-10 standard errors, which here are 0.04 of α; least_scale² is 1e-18
    CHECK(found.exponent == doctest::Approx(squares.exponent).epsilon(1e-11));
    CHECK(found.exponent_se == doctest::Approx(squares.exponent_se).epsilon(1e-9));
    CHECK(found.r_squared == doctest::Approx(squares.r_squared).epsilon(1e-11));
}

TEST_CASE("T-21 censored: an exact law stays exact, and a contradicted one is still fitted") {
    RandomStream random(73);
    auto rows = law(20, 4.0, 2.0, 1.0, 0.0, random);
    censor(rows, 100.0);
    const PowerLaw exact = fit(rows, "censored", 50);
    CHECK(exact.censored > 5);
    CHECK(std::abs(exact.exponent - 1.0) <= 1e-9);  // least_scale
    CHECK(exact.ci_low <= 1.0 + 1e-9);
    CHECK(exact.ci_high >= 1.0 - 1e-9);
    for (Emergence& e : rows) {
        if (e.status == EmergenceStatus::censored) e.observed_until = 1e6;  // long after the law says
    }
    const PowerLaw contradicted = fit(rows, "censored", 50);
    CHECK(contradicted.exponent > 1.2);
    CHECK(contradicted.exponent_se > 0.05);
}

TEST_CASE("T-21 censored: same bytes for one and two threads with censored modes, and those without lambda left out") {
    RandomStream random(79);
    auto rows = law(40, 3.0, 1.0, 0.7, 0.3, random);
    censor(rows, std::exp(3.0));
    const PowerLaw one = fit(rows, "censored", 333, 1), two = fit(rows, "censored", 333, 2);
    CHECK(std::bit_cast<std::uint64_t>(one.ci_low) == std::bit_cast<std::uint64_t>(two.ci_low));
    CHECK(std::bit_cast<std::uint64_t>(one.ci_high) == std::bit_cast<std::uint64_t>(two.ci_high));
    CHECK(one.modes + one.censored == 40);
    rows.back().observed_until = std::nan("");
    const PowerLaw fewer = fit(rows, "censored");
    CHECK(fewer.censored == one.censored - 1);
    CHECK(fewer.note.find("1 censored modes without lambda or a last tau are left out") != std::string::npos);
}

TEST_CASE("T-21 censored: Newton climbs to the one maximum from far away") {
    RandomStream random(83);
    auto rows = law(40, 3.0, 1.0, 1.0, 0.3, random);
    censor(rows, std::exp(4.0));
    Points points;
    for (const Emergence& e : rows) {
        const bool seen = e.status == EmergenceStatus::emerged;
        (seen ? points.log_variance : points.censored_log_variance).push_back(std::log(e.target_variance));
        (seen ? points.log_tau : points.censored_log_tau).push_back(std::log(seen ? e.tau_star : e.observed_until));
    }
    const double exponent = fit(rows, "censored").exponent;
    for (const double start : {-3.0, 0.0, 5.0}) {
        for (const double sigma : {0.01, 1.0, 100.0}) {
            const CensoredLikelihood likelihood(
                points, {.centre = -3.0, .level = 2.0 * start, .exponent = start, .sigma = sigma}, 0.0);
            const LikelihoodMaximum maximum = newton_maximum(likelihood, {0.0, 0.0, 1.0}, false);
            CAPTURE(start);
            CAPTURE(sigma);
            CHECK(maximum.converged);
            // 1e-10 standard errors of 0.05, and rounding of distances that a bad start makes long
            CHECK(std::abs(likelihood.line(maximum.theta).exponent - exponent) <= 1e-10);
        }
    }
}

TEST_CASE("normal tail: ln Q and the hazard at 40 digits (mpmath)") {
    const double values[][3] = {{-30.0, -4.9067138614396e-198, 1.47364613487854752e-196},
                                {-3.0, -0.0013508099647481938, 0.00443783904212566379},
                                {-1.0, -0.17275377902344989, 0.287599970939178361},
                                {0.0, -0.693147180559945309, 0.797884560802865356},
                                {0.5, -1.17591176159361861, 1.14107777036806448},
                                {4.9, -14.5511826893553126, 5.08982860012988363},
                                {5.1, -15.5884870918714657, 5.28328761690915702},
                                {12.0, -75.4106730015687959, 12.0822141752542843},
                                {39.0, -765.083156564377544, 39.0256074199301085},
                                {1e6, -500000000014.734449, 1000000.000001}};
    const double tolerance = 16.0 * std::numeric_limits<double>::epsilon();
    for (const auto& row : values) {
        const double z = row[0], log_probability = row[1], hazard = row[2];
        CAPTURE(z);
        double found_probability = 0.0, found_hazard = 0.0;
        normal_tails({&z, 1}, {&found_probability, 1}, {&found_hazard, 1});
        // the density's exponent −z²/2 rounds to an ulp of itself
        CHECK(found_hazard == doctest::Approx(hazard).epsilon((1.0 + 0.1 * (z < 5.0 ? z * z : 0.0)) * tolerance));
        if (z > -20.0) CHECK(found_probability == doctest::Approx(log_probability).epsilon(tolerance));
    }
}

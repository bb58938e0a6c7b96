// Standard errors of τ* in the fits, and the scatter between modes that they do not explain.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "../../analysis/estimators/scatter.hpp"
#include "analysis/synthetic_laws.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;
using numerics::RandomStream;
using synthetic::fit;
using synthetic::law;

namespace {

void give_errors(std::vector<Emergence>& rows, double relative_se) {
    for (Emergence& e : rows) e.tau_star_se = relative_se * e.tau_star;
}

}  // namespace

TEST_CASE("Paule and Mandel's rule by hand: equal errors, and errors that explain everything") {
    // Σ r²/(v + s²) = d with equal v: s² = Σ r²/d − v
    const double residuals[] = {1.0, -2.0, 1.0}, equal[] = {0.5, 0.5, 0.5}, large[] = {3.0, 3.0, 3.0};
    CHECK(intrinsic_variance(residuals, equal, 2.0) == doctest::Approx(2.5).epsilon(1e-14));
    CHECK(intrinsic_variance(residuals, large, 2.0) == 0.0);
    CHECK(intrinsic_variance(residuals, equal, 0.0) == 0.0);
    const double tiny[] = {1e-24, 1e-24, 1e-24};
    CHECK(intrinsic_variance(residuals, tiny, 2.0) == doctest::Approx(3.0).epsilon(1e-14));
}

TEST_CASE("T-21 equal standard errors weigh nothing: ols as without them, robust and floor too") {
    RandomStream random(5);
    auto rows = law(40, 3.0, 1.0, 1.0, 0.3, random);
    for (const char* estimator : {"ols", "robust", "floor"}) {
        give_errors(rows, std::nan(""));
        const PowerLaw plain = fit(rows, estimator);
        give_errors(rows, 0.1);  // below the scatter of 0.3, which the fit finds as √(0.3² − 0.1²)
        const PowerLaw weighted = fit(rows, estimator);
        CAPTURE(estimator);
        // Ceres ends within 1e-8 of its optimum (test "T-21 robust reweighting")
        CHECK(weighted.exponent == doctest::Approx(plain.exponent).epsilon(1e-7));
        CHECK(weighted.exponent_se == doctest::Approx(plain.exponent_se).epsilon(1e-6));
        CHECK(weighted.r_squared == doctest::Approx(plain.r_squared).epsilon(1e-7));
    }
}

TEST_CASE("T-21 standard errors that explain more than the scatter set the exponent's error alone") {
    RandomStream random(6);
    auto rows = law(40, 3.0, 1.0, 1.0, 0.1, random);
    give_errors(rows, 1.0);
    double sxx = 0.0, mean = 0.0;
    for (const Emergence& e : rows) mean += std::log(e.target_variance) / 40.0;
    for (const Emergence& e : rows) sxx += std::pow(std::log(e.target_variance) - mean, 2);
    for (const char* estimator : {"ols", "floor"}) {
        if (estimator == std::string("ols")) {
            CHECK(fit(rows, estimator).exponent_se == doctest::Approx(1.0 / std::sqrt(sxx)).epsilon(1e-12));
        }
        CHECK(fit(rows, estimator).exponent_se >= (1.0 - 1e-12) / std::sqrt(sxx));
    }
}

TEST_CASE(
    "T-21 standard errors: a noisy mode loses its say, exact curves and ols-inverse are left alone, mixtures too") {
    RandomStream random(7);
    auto rows = law(30, 3.0, 1.0, 1.0, 0.05, random);
    for (Emergence& e : rows) e.tau_star_se = 0.01 * e.tau_star;
    rows.back().tau_star *= 20.0;
    rows.back().tau_star_se = 3.0 * rows.back().tau_star;
    const PowerLaw weighted = fit(rows, "ols");
    CHECK(std::abs(weighted.exponent - 1.0) <= 4.0 * weighted.exponent_se);
    CHECK(weighted.exponent_se < 0.01);
    CHECK(fit(rows, "ols-inverse").note.find("it does not weigh by the standard errors of tau*") != std::string::npos);

    auto plain = rows;
    for (Emergence& e : plain) e.tau_star_se = std::nan("");
    const double unweighted = fit(plain, "ols").exponent;
    CHECK(std::abs(unweighted - 1.0) > 0.03);
    for (Emergence& e : plain) e.tau_star_se = 0.0;
    CHECK(fit(plain, "ols").exponent == unweighted);
    CHECK(fit(plain, "ols").note.find("standard error of tau*") == std::string::npos);
    rows[3].tau_star_se = std::nan("");
    CHECK(fit(rows, "ols").exponent == unweighted);
    CHECK(fit(rows, "ols").note.find("1 of 30 modes have no standard error of tau*: all weigh the same") == 0);
}

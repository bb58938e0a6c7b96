// Twelve modes whose fits SciPy and NumPy know too: tests/reference/make_laws.py.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>

#include "analysis/synthetic_laws.hpp"
#include "reference_table.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;
using synthetic::fit;

namespace {

std::vector<Emergence> modes(bool with_errors) {
    std::vector<Emergence> rows;
    for (const auto& row : tests::reference_table("law_modes.csv")) {
        rows.push_back(synthetic::emerged(row.number("target_variance"), row.number("tau_star")));
        if (with_errors) rows.back().tau_star_se = row.number("tau_star_se");
    }
    return rows;
}

double reference(const std::string& quantity) {
    for (const auto& row : tests::reference_table("laws.csv")) {
        if (row.text("quantity") == quantity) return row.number("value");
    }
    FAIL("no quantity " << quantity);
    return 0.0;
}

void check(double found, const std::string& quantity, double tolerance) {
    CAPTURE(quantity);
    CHECK(found == doctest::Approx(reference(quantity)).epsilon(tolerance));
}

}  // namespace

TEST_CASE("T-21 weighted ols against NumPy and Brent's root of Paule and Mandel's rule") {
    const PowerLaw found = fit(modes(true), "ols");
    check(found.exponent, "weighted exponent", 1e-10);  // s² of either to 1e-12
    check(found.exponent_se, "weighted exponent_se", 1e-10);
}

TEST_CASE("T-21 censored against the likelihood maximised by Nelder and Mead") {
    auto rows = modes(false);
    synthetic::censor(rows, 30.0);
    const PowerLaw found = fit(rows, "censored");
    CHECK(found.modes == 7);
    CHECK(found.censored == 5);
    check(found.exponent, "censored exponent", 1e-7);  // a simplex sees a minimum to the root of rounding
    check(found.prefactor, "censored prefactor", 1e-7);
    check(found.exponent_se, "censored exponent_se", 1e-6);  // finite differences
}

TEST_CASE("T-21 floor against SciPy's Levenberg and Marquardt") {
    const PowerLaw found = fit(modes(false), "floor");
    check(found.exponent, "floor exponent", 1e-7);
    check(found.exponent_se, "floor exponent_se", 1e-6);  // its Jacobian is of forward differences
    check(found.floor, "floor floor", 1e-7);
    check(found.floor_se, "floor floor_se", 1e-6);
    check(found.floor_ci_low, "floor floor_ci_low", 1e-6);
    check(found.floor_ci_high, "floor floor_ci_high", 1e-6);
    CHECK(found.note.empty());
}

TEST_CASE("T-21 curvature and break against NumPy's regressions") {
    const PowerLaw found = fit(modes(false), "ols");
    check(found.curvature_p, "curvature_p", 1e-10);
    check(found.break_variance, "break_variance", 1e-13);
    check(found.exponent_below, "exponent_below", 1e-11);
    check(found.exponent_above, "exponent_above", 1e-11);
    CHECK(std::isnan(found.break_p));  // no bootstrap, no simulations
}

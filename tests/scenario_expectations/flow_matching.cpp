#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "lesson.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using analysis::Criterion;
using analysis::EmergenceStatus;

TEST_CASE("T-14 lesson 7: modes rise and fall from e^(2Q), the larger first, as stated") {
    const Lesson lesson = run_lesson("07_flow_matching.toml");
    check_stated_exponents(lesson);
    CHECK(lesson.states("initial_variance: " + rounded(lesson.run.emergence.front().initial_variance, 4)));
    double last = 0.0;
    for (const analysis::Emergence& e : lesson.run.emergence) {
        // exp of 2Q = 0.2 from the closed form, three roundings.
        CHECK(e.initial_variance == doctest::Approx(std::exp(0.2)).epsilon(1e-15));
        // T-14 at τ = ∞, to its own 1e-14.
        CHECK(e.limit_variance == doctest::Approx(e.target_variance).epsilon(1e-14));
        if (e.mode == 0) last = 0.0;
        if (e.status != EmergenceStatus::emerged) continue;
        CHECK(e.tau_star > last);
        last = e.tau_star;
    }
    check_stated_counts(lesson);
    const double span =
        emergence_time(lesson, Criterion::geometric, 256) / emergence_time(lesson, Criterion::geometric, 1);
    CHECK(lesson.states("mode 256 takes " + rounded(span, 2) + " times as long"));
    CHECK(lesson.run.spectrum.largest() / lesson.run.spectrum.variances().back() == doctest::Approx(4096.0));
    const Lesson first = run_lesson("01_power_law.toml", {"fit.bootstrap=0"});
    const double half = exponent(lesson, Criterion::geometric) / exponent(first, Criterion::geometric);
    CHECK(std::round(10 * half) == 5.0);  // "about half of lesson 1's"
}

TEST_CASE("T-4 lesson 7: a tied network tends to 1 + lambda") {
    const Lesson lesson = run_lesson(
        "07_flow_matching.toml",
        {"network.architecture=symmetric-two-layer", "data.modes=8", "training.points=10", "fit.bootstrap=0"});
    CHECK(lesson.states("ends at 1 + lambda, 101 instead of 100 for mode 1"));
    for (const analysis::Emergence& e : lesson.run.emergence) {
        CHECK(e.limit_variance == doctest::Approx(1.0 + e.target_variance).epsilon(1e-13));  // quadrature's accuracy
    }
    CHECK(rounded(lesson.run.emergence.front().final_variance, 3) == "101");
}

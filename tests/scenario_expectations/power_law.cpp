#include <doctest/doctest.h>

#include "lesson.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;

TEST_CASE("T-21 lesson 1: the exponents, the order and the span of emergence are those stated") {
    const Lesson lesson = run_lesson("01_power_law.toml");
    check_stated_exponents(lesson);

    const std::size_t modes = lesson.run.spectrum.modes();
    REQUIRE(lesson.run.emergence.size() == 2 * modes);
    for (std::size_t i = 0; i < lesson.run.emergence.size(); ++i) {
        const analysis::Emergence& e = lesson.run.emergence[i];
        CAPTURE(i);
        CHECK(e.status == analysis::EmergenceStatus::emerged);
        if (e.mode > 0) CHECK(e.tau_star > lesson.run.emergence[i - 1].tau_star);
    }

    const auto geometric = analysis::Criterion::geometric;
    const double span = emergence_time(lesson, geometric, modes) / emergence_time(lesson, geometric, 1);
    CHECK(lesson.states("mode 1 comes " + rounded(span, 3) + " times before mode 256"));
    CHECK(lesson.run.spectrum.largest() / lesson.run.spectrum.variances().back() == doctest::Approx(256.0));
}

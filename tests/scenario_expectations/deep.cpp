#include <doctest/doctest.h>

#include <string>

#include "lesson.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using analysis::Criterion;

namespace {

double first_sign(const Lesson& lesson) { return emergence_time(lesson, Criterion::harmonic, 1); }

double steepness(const Lesson& lesson) {
    return emergence_time(lesson, Criterion::arithmetic, 1) / emergence_time(lesson, Criterion::harmonic, 1);
}

std::string exponents(const Lesson& lesson) {
    return fixed(exponent(lesson, Criterion::harmonic), 3) + " and " +
           fixed(exponent(lesson, Criterion::arithmetic), 3);
}

}  // namespace

TEST_CASE("T-6 lesson 4: depth makes a plateau, then a steep rise, as stated") {
    const Lesson deep = run_lesson("04_deep.toml");
    check_stated_exponents(deep);
    const Lesson one_layer = run_lesson("04_deep.toml", {"network.depth=1"});
    const Lesson two_layers = run_lesson("04_deep.toml", {"network.depth=2"});
    CHECK(deep.states("(network.depth=1) has " + exponents(one_layer)));
    CHECK(deep.states("(network.depth=2) " + exponents(two_layers)));
    CHECK(deep.states("comes at " + rounded(first_sign(deep), 2) + ", with two layers at " +
                      rounded(first_sign(two_layers), 2) + ", with one layer at " + rounded(first_sign(one_layer), 2)));
    CHECK(deep.states("is there " + rounded(steepness(deep), 3) + " times as late, with two layers " +
                      rounded(steepness(two_layers), 3) + " times, with one layer " +
                      rounded(steepness(one_layer), 3)));
}

TEST_CASE("T-6 lesson 4: the plateau is as long as the start is small") {
    const Lesson larger = run_lesson("04_deep.toml", {"network.init=0.1", "data.modes=1", "fit.bootstrap=0"});
    CHECK(larger.states("network.init=0.1 has the first sign at " + rounded(first_sign(larger), 2)));
}

TEST_CASE("T-6 lesson 4: weights rise one after the other, the largest mode first") {
    const Lesson lesson = run_lesson("04_deep.toml", {"fit.bootstrap=0", "training.points=20", "data.modes=16"});
    for (std::size_t i = 1; i < lesson.run.simulation.weights.size(); ++i) {
        const dynamics::WeightRecord before = lesson.run.simulation.weights[i - 1];
        const dynamics::WeightRecord after = lesson.run.simulation.weights[i];
        if (after.tau != before.tau || after.noise_level != before.noise_level) continue;
        CHECK(after.weight <= before.weight);
    }
}

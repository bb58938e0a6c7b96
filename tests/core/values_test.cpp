#include <doctest/doctest.h>

#include <limits>
#include <type_traits>
#include <vector>

#include "eigenflow/core/finite.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/core/trajectories.hpp"

using namespace eigenflow;

TEST_CASE("strong types: a number is not a training time, and a training time is not a noise level") {
    CHECK_FALSE(std::is_convertible_v<double, TrainingTime>);
    CHECK_FALSE(std::is_convertible_v<double, NoiseLevel>);
    CHECK_FALSE(std::is_convertible_v<double, LearningRate>);
    CHECK_FALSE(std::is_constructible_v<NoiseLevel, TrainingTime>);
    CHECK_FALSE(std::is_constructible_v<TrainingTime, LearningRate>);
    CHECK_FALSE(std::is_convertible_v<unsigned, Threads>);
    CHECK(TrainingTime(1.0) < TrainingTime(2.0));
    CHECK(NoiseLevel(0.5) == NoiseLevel(0.5));
}

TEST_CASE("all_finite sees NaN and both infinities wherever they stand") {
    CHECK(all_finite({}));
    const std::vector<double> good = {0.0, -1.0, std::numeric_limits<double>::max()};
    CHECK(all_finite(good));
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity()}) {
        for (std::size_t place = 0; place < good.size(); ++place) {
            std::vector<double> values = good;
            values[place] = bad;
            CHECK_FALSE(all_finite(values));
        }
    }
}

TEST_CASE("Trajectories: times outermost, modes contiguous") {
    Trajectories curves;
    curves.tau = {0.0, 1.0};
    curves.target = {3.0, 2.0, 1.0};
    curves.variance = {10.0, 11.0, 12.0, 20.0, 21.0, 22.0};
    CHECK(curves.times() == 2);
    CHECK(curves.modes() == 3);
    CHECK(curves.at(0, 2) == 12.0);
    CHECK(curves.at(1, 0) == 20.0);
    REQUIRE(curves.row(1).size() == 3);
    CHECK(curves.row(1)[2] == 22.0);
    CHECK_FALSE(curves.evaluate);
}

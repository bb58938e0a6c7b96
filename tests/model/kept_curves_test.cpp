#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "network/universal_curve.hpp"

using namespace eigenflow::model;

namespace {

/// Every bit of weights that rise, fall and fade along the curve.
std::vector<double> points_on(const UniversalCurve& curve) {
    UniversalCurve::Lane q;
    UniversalCurve::Lane optimum;
    UniversalCurve::Lane progress;
    for (std::size_t i = 0; i < UniversalCurve::lanes; ++i) {
        q[i] = 0.01 * static_cast<double>(i + 1);
        optimum[i] = i % 3 == 0 ? 0.9 : i % 3 == 1 ? 0.05 : -0.5;
        progress[i] = 0.3 * static_cast<double>(i);
    }
    const auto weights = curve.weights(curve.start(q, optimum), progress);
    std::vector<double> points(weights.value.begin(), weights.value.end());
    points.insert(points.end(), weights.deviation.begin(), weights.deviation.end());
    return points;
}

}  // namespace

// A curve costs 14 ms, and networks were made several times while one scenario was judged.
TEST_CASE("T-6 one universal curve is kept for each depth") {
    const auto first = universal_curve(3);
    CHECK(universal_curve(3) == first);
    CHECK(universal_curve(4) != first);
    CHECK(points_on(*first) == points_on(UniversalCurve(3)));
    CHECK(points_on(*universal_curve(4)) == points_on(UniversalCurve(4)));
    CHECK(points_on(*universal_curve(4)) != points_on(*first));
}

TEST_CASE("T-6 kept curves don't grow with a sweep over depths") {
    std::vector<std::weak_ptr<const UniversalCurve>> curves;
    for (int depth = 3; depth < 43; ++depth) curves.push_back(universal_curve(depth));
    std::size_t alive = 0;
    for (const auto& curve : curves) alive += curve.expired() ? 0 : 1;
    CHECK(alive <= 16);
    const auto held = universal_curve(3);  // what a network holds outlives what is kept
    for (int depth = 50; depth < 90; ++depth) static_cast<void>(universal_curve(depth));
    CHECK(points_on(*held) == points_on(UniversalCurve(3)));
}

TEST_CASE("T-6 threads that ask for a curve get the same one") {
    std::vector<std::shared_ptr<const UniversalCurve>> curves(8);
    std::vector<std::thread> threads;
    for (auto& curve : curves) threads.emplace_back([&curve] { curve = universal_curve(100); });
    for (std::thread& thread : threads) thread.join();
    for (const auto& curve : curves) CHECK(curve == curves.front());
}

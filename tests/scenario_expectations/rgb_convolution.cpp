#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lesson.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using analysis::Direction;
using analysis::Emergence;

namespace {

double median(std::vector<double> values) {
    REQUIRE_FALSE(values.empty());
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

/// A number of every emerged and rising mode of a component; of all its modes where `all`.
template <class Number>
std::vector<double> of_component(const Lesson& lesson, int component, bool all, const Number& number) {
    std::vector<double> values;
    for (const Emergence& e : lesson.run.emergence) {
        const bool emerged = e.status == analysis::EmergenceStatus::emerged && e.direction == Direction::rising;
        if (lesson.run.spectrum.components()[e.mode] == component && (all || emerged)) values.push_back(number(e));
    }
    return values;
}

double share(const Lesson& lesson, int component) {
    const data::Spectrum& s = lesson.run.spectrum;
    double sum = 0.0;
    for (std::size_t k = 0; k < s.modes(); ++k) sum += s.components()[k] == component ? s.variances()[k] : 0.0;
    return sum / s.total();
}

double divergence_per_mode(const Lesson& lesson) {
    return lesson.run.distances.back().kl / static_cast<double>(lesson.run.spectrum.modes());
}

std::map<std::pair<int, int>, Emergence> by_frequency(const Lesson& lesson, int component) {
    std::map<std::pair<int, int>, Emergence> rows;
    const data::Spectrum& s = lesson.run.spectrum;
    for (const Emergence& e : lesson.run.emergence) {
        if (s.channels() > 1 && s.components()[e.mode] != component) continue;
        rows.emplace(std::pair(s.frequencies()[e.mode].y, s.frequencies()[e.mode].x), e);
    }
    return rows;
}

}  // namespace

TEST_CASE("T-8 lesson 13: brightness is learned as gray is, three times sooner, and colour late and badly") {
    const Lesson colour = run_lesson("13_rgb_convolution.toml");
    const Lesson gray = run_lesson("13_rgb_convolution.toml", {"data.channels=1"});
    CHECK(colour.states("component 1 holds " + fixed(100 * share(colour, 1), 1) + " % of the variance, component 2 " +
                        fixed(100 * share(colour, 2), 1) + " %, component 3 " + fixed(100 * share(colour, 3), 1) +
                        " %"));

    const auto bright = by_frequency(colour, 1);
    const auto plain = by_frequency(gray, 1);
    REQUIRE(bright.size() == plain.size());
    double times = 0.0;
    std::vector<double> variance;
    for (const auto& [frequency, e] : bright) {
        const Emergence& g = plain.at(frequency);
        times += e.tau_star / g.tau_star / static_cast<double>(bright.size());
        variance.push_back(e.target_variance / g.target_variance);
    }
    CHECK(colour.states("component 1 has " + fixed(median(variance), 1) + " times the variance of the gray mode"));
    CHECK(*std::min_element(variance.begin(), variance.end()) >= 3.0 - 1e-9);  // λ_1 ≥ 1ᵀΣ1/3 = 3 times the gray one
    CHECK(colour.states("its tau_star is " + fixed(times, 2) + " times the gray one"));

    const auto tau = [&](int c) {
        return rounded(median(of_component(colour, c, false, [](const Emergence& e) { return e.tau_star; })), 2);
    };
    CHECK(colour.states("is " + tau(1) + " for component 1, " + tau(2) + " for component 2 and " + tau(3) +
                        " for component 3"));
    const auto limit = [&](int c) {
        const auto ratio = [](const Emergence& e) { return e.limit_variance / e.target_variance; };
        return fixed(median(of_component(colour, c, true, ratio)), 2);
    };
    CHECK(colour.states("over target_variance is " + limit(1) + ", " + limit(2) + " and " + limit(3)));
    CHECK(colour.states("kl ends at " + fixed(divergence_per_mode(colour), 2) + " a mode, of a gray convolution at " +
                        fixed(divergence_per_mode(gray), 2)));

    const std::vector<double>& chi = colour.run.simulation.coupled.chi;
    CHECK(std::abs(chi.front() - 1.0) <= 1e-14);  // a multiple of 1
    CHECK(colour.states(fixed(*std::min_element(chi.begin(), chi.end()), 4) + " at its lowest and " +
                        fixed(chi.back(), 4) + " at the end"));
}

TEST_CASE("T-7 lesson 13: the full convolution holds colour as well as gray") {
    const Lesson full = run_lesson("13_rgb_convolution.toml", {"network.architecture=full-convolution"});
    CHECK(full.states("with network.architecture=full-convolution at " + rounded(divergence_per_mode(full), 2)));
    CHECK(full.run.simulation.coupled.chi.empty());
}

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "lesson.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using analysis::Criterion;
using analysis::EmergenceStatus;

namespace {

double largest(std::span<const double> numbers) { return *std::max_element(numbers.begin(), numbers.end()); }

std::vector<double> weights_of(const Lesson& lesson, std::size_t mode) {
    const dynamics::WeightRows& all = lesson.run.simulation.weights;
    std::vector<double> weights;
    for (std::size_t row = 0; row < all.size(); ++row) {
        if (all[row].mode + 1 == mode) weights.push_back(all[row].weight);
    }
    return weights;
}

std::vector<double> mean_of(const Lesson& lesson, std::size_t mode) {
    const std::size_t modes = lesson.run.spectrum.modes();
    std::vector<double> mean;
    for (std::size_t i = 0; i < lesson.run.simulation.trajectories.times(); ++i) {
        mean.push_back(lesson.run.coupled->mean[i * modes + mode - 1]);
    }
    return mean;
}

std::vector<double> ratios(const Lesson& lesson, const Lesson& other, Criterion criterion) {
    std::vector<double> all;
    for (std::size_t k = 1; k <= lesson.run.spectrum.modes(); ++k) {
        all.push_back(emergence_time(lesson, criterion, k) / emergence_time(other, criterion, k));
    }
    return all;
}

}  // namespace

TEST_CASE("T-18 lesson 10: weight and mean overshoot along the mean, and its mode is sooner") {
    const Lesson lesson = run_lesson("10_mean_and_covariance.toml", {"fit.bootstrap=0"});
    CHECK(lesson.states("mode 2 rises to " + fixed(largest(weights_of(lesson, 2)), 2)));
    for (const std::size_t mode : {1U, 3U, 4U}) {
        const std::vector<double> weights = weights_of(lesson, mode);
        CHECK(largest(weights) <= std::max(weights.front(), weights.back()) * (1.0 + 1e-12));
    }
    const Lesson centred = run_lesson("10_mean_and_covariance.toml", {"fit.bootstrap=0", "data.mean=[0,0,0,0]"});
    CHECK(lesson.states("of mode 2 is " + fixed(emergence_time(lesson, Criterion::geometric, 2), 3)));
    CHECK(lesson.states("it is " + fixed(emergence_time(centred, Criterion::geometric, 2), 3) + "."));
    for (const std::size_t mode : {1U, 3U, 4U}) {
        const double ratio =
            emergence_time(lesson, Criterion::geometric, mode) / emergence_time(centred, Criterion::geometric, mode);
        CHECK(std::abs(ratio - 1.0) <= 1e-8);  // the promise of emergence times where modes couple is 1e-9 each
    }
    const std::vector<double> mean = mean_of(lesson, 2);
    CHECK(lesson.states("overshoots too, to " + fixed(largest(mean), 2)));
    CHECK(lesson.states("ends at " + fixed(mean.back(), 3)));
}

TEST_CASE("T-18 lesson 11: random weights delay by the geometric threshold, and blur the harmonic one") {
    const Lesson lesson = run_lesson("11_random_init.toml", {"fit.bootstrap=0"});
    const Lesson aligned = run_lesson("11_random_init.toml", {"fit.bootstrap=0", "network.init=0.0"});
    const auto& chi = lesson.run.coupled->chi;
    const auto& tau = lesson.run.simulation.trajectories.tau;
    CHECK(lesson.states("chi is " + fixed(chi.front(), 2) + " at the start"));
    const auto passed = std::find_if(chi.begin(), chi.end(), [](double c) { return c > 0.9; });
    CHECK(tau[static_cast<std::size_t>(passed - chi.begin())] < 0.1);
    CHECK(std::abs(chi.back() - 1.0) <= 1e-6);
    double last = 0.0;
    for (std::size_t k = 1; k <= 32; ++k) last = std::max(last, emergence_time(lesson, Criterion::geometric, k));
    CHECK(lesson.states("at tau = " + fixed(last, 1) + "."));

    const std::vector<double> geometric = ratios(lesson, aligned, Criterion::geometric);
    CHECK(lesson.states("by " + fixed(*std::min_element(geometric.begin(), geometric.end()), 1) + " to " +
                        fixed(largest(geometric), 1) + " times"));
    CHECK(lesson.states(fixed(exponent(lesson, Criterion::geometric), 2) + " against " +
                        fixed(exponent(aligned, Criterion::geometric), 2) + "."));
    const std::vector<double> harmonic = ratios(lesson, aligned, Criterion::harmonic);
    double log_mean = 0.0;
    for (const double r : harmonic) log_mean += std::log(r) / static_cast<double>(harmonic.size());
    CHECK(lesson.states("tau_star is " + fixed(std::exp(log_mean), 1) + " times later in the mean"));
    CHECK(lesson.states("factor of " +
                        fixed(largest(harmonic) / *std::min_element(harmonic.begin(), harmonic.end()), 0)));
    CHECK(lesson.states("exponent is " + fixed(exponent(lesson, Criterion::harmonic), 2) + " against " +
                        fixed(exponent(aligned, Criterion::harmonic), 2)));
}

TEST_CASE("T-20 lesson 12: two units hold the two largest modes, and no time helps the others") {
    const Lesson lesson = run_lesson("12_bottleneck.toml", {"fit.bootstrap=0"});
    CHECK(lesson.states("at " + fixed(emergence_time(lesson, Criterion::geometric, 1), 2) + " and " +
                        fixed(emergence_time(lesson, Criterion::geometric, 2), 2)));
    const Trajectories& t = lesson.run.simulation.trajectories;
    for (std::size_t k = 2; k < 6; ++k) CHECK(std::abs(t.at(t.times() - 1, k) / 0.0025 - 1.0) <= 1e-3);
    const auto& coupled = *lesson.run.coupled;
    CHECK(lesson.states("from chi = " + fixed(coupled.chi.front(), 2) + " to 1."));
    CHECK(std::abs(coupled.chi.back() - 1.0) <= 1e-6);
    const auto peak = std::max_element(coupled.off_diagonal.begin(), coupled.off_diagonal.end());
    CHECK(lesson.states(fixed(*peak, 2) +
                        " at tau = " + fixed(t.tau[static_cast<std::size_t>(peak - coupled.off_diagonal.begin())], 2)));
    CHECK(lesson.states("kl stays at " + fixed(lesson.run.distances.back().kl, 1)));
    CHECK(lesson.run.distances.back().limit_kl <= 1e-6);
}

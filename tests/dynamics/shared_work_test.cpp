// Integrals and sums that blocks of modes and noise levels share.
#include "../../src/dynamics/shared_work.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <new>
#include <span>
#include <vector>

#include "../../src/dynamics/linear_excess.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using dynamics::SharedWork;

TEST_CASE("shared work: each part is done once, whoever comes") {
    SharedWork work;
    std::vector<std::atomic<int>> done(100);
    std::atomic<int> begun{0};
    numerics::parallel_for(4, Threads(4), [&](std::size_t) {
        work.join(
            [&] {
                ++begun;
                return done.size();
            },
            [&](std::size_t part) {
                ++done[part];
                return part;
            });
        for (const auto& count : done) REQUIRE(count == 1);  // all of it, when anybody returns
    });
    CHECK(begun == 1);
    CHECK(work.total() == 99 * 100 / 2);
}

TEST_CASE("shared work: a failure reaches all who wait, and who comes later") {
    SharedWork work;
    std::atomic<int> failures{0};
    const auto join = [&] {
        try {
            work.join([] { return std::size_t{8}; },
                      [](std::size_t part) -> std::size_t {
                          if (part == 3) throw std::bad_alloc();
                          return 1;
                      });
        } catch (const std::bad_alloc&) {
            ++failures;
        }
    };
    numerics::parallel_for(3, Threads(3), [&](std::size_t) { join(); });
    join();
    CHECK(failures == 4);
}

TEST_CASE("T-8 shared transients: the same bytes for blocks of modes by several threads, and for times one by one") {
    const auto spectrum = data::power_law_fourier_spectrum({8, 8}, 2.0, 10.0);
    REQUIRE(spectrum);
    auto network = model::make_network({.architecture = "patch-convolution", .init = {0.1}, .kernel = 3}, *spectrum);
    auto objective = model::Objective::create({});
    REQUIRE(network);
    REQUIRE(objective);
    const dynamics::LearningProblem problem{.network = std::move(*network), .objective = *objective};
    const std::vector<double> tau = dynamics::log_spaced_times(1e-3, 1e5, 120);  // most of them after all has relaxed
    const auto fresh = [&] { return std::move(dynamics::make_variance_route("quadrature", {}, problem)).value(); };
    const auto whole = fresh()->variances(tau, {0, 64});

    std::vector<double> shared(whole.variance.size());
    const auto route = fresh();
    numerics::parallel_for(16, Threads(4), [&](std::size_t b) {
        const auto block = route->variances(tau, {4 * b, 4});
        for (std::size_t i = 0; i < tau.size(); ++i) {
            std::copy_n(block.variance.begin() + static_cast<std::ptrdiff_t>(4 * i), 4,
                        shared.begin() + static_cast<std::ptrdiff_t>(64 * i + 4 * b));
        }
    });
    CHECK(shared == whole.variance);
    for (std::size_t i = 0; i < tau.size(); i += 7) {
        const auto one = route->variances(std::span(tau).subspan(i, 1), {0, 64});
        for (std::size_t k = 0; k < 64; ++k) CHECK(one.variance[k] == whole.variance[64 * i + k]);
    }
    for (std::size_t k = 0; k < 64; ++k) CHECK(whole.variance[64 * 119 + k] == route->limit_variances()[k]);
}

TEST_CASE("T-22 linear excess: the sum over modes of h (w − w*)², whatever level came before") {
    const auto spectrum = data::power_law_spectrum(50, 2.0, 10.0);
    REQUIRE(spectrum);
    const std::vector<double> tau = {0.0, 1e-3, 0.1, 3.0, 1e3};
    double worst = 0.0;
    for (const char* weighting : {"uniform", "edm-lognormal"}) {  // e^(−2 c h1 λ) kept, and made for every level
        auto network = model::make_network({.architecture = "one-layer", .init = {0.3}}, *spectrum);
        auto objective = model::Objective::create({.weighting = weighting});
        REQUIRE(network);
        REQUIRE(objective);
        const dynamics::LearningProblem problem{.network = std::move(*network), .objective = *objective};
        REQUIRE(dynamics::LinearExcess::applies(problem));
        dynamics::LinearExcess sum(problem, tau);
        for (const double level : {0.01, 1.0, 0.2, 20.0}) {
            const model::NoiseTerms at = problem.objective.at(NoiseLevel(level));
            std::vector<double> excess(3);
            sum.at(problem.objective.at(NoiseLevel(0.5 * level)), 2, std::span(excess).first(1));  // refined alone
            sum.at(at, 1, excess);
            for (std::size_t i = 0; i < excess.size(); ++i) {
                std::vector<double> deviation(50);
                problem.network->deviations(at, problem.clock(TrainingTime(tau[i + 1])), {0, 50}, deviation);
                double expected = 0.0;
                for (std::size_t k = 0; k < 50; ++k) {
                    expected += at.curvature(problem.network->lambda()[k]) * deviation[k] * deviation[k];
                }
                expected *= at.loss_excess;
                if (expected < 1e-290) continue;  // its squares are denormal
                worst = tests::worse(worst, std::abs(excess[i] / expected - 1.0));
            }
        }
    }
    CHECK(worst <= 1e-12);  // exponents of up to 700, rounded: 700 eps each
}

#include "matrix_case.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;

namespace {

dynamics::MatrixProblem problem_of(const dynamics::MatrixLayers& layers, std::vector<double> lambda) {
    return {.lambda = std::move(lambda),
            .layers = layers,
            .objective = objective_of(),
            .noise = NoiseLevel(10.0),
            .data = NoiseLevel(0.05)};
}

dynamics::MatrixLayers aligned(const std::vector<double>& init, std::size_t width) {
    auto layers = dynamics::aligned_layers("two-layer", init);
    REQUIRE(layers);
    const std::size_t d = init.size();
    std::vector<double> narrow;
    for (std::size_t k = 0; k < d; ++k) {
        for (std::size_t j = 0; j < width; ++j) narrow.push_back(layers->first[k * d + j]);
    }
    layers->first = narrow;
    layers->second.resize(width * d);
    layers->width = width;
    return *layers;
}

std::vector<double> limit_of(const dynamics::MatrixProblem& problem) {
    return generated({.problem = problem,
                      .sampling = {.solver = "heun", .steps = 4},
                      .tau = {0.0},
                      .noise_levels = {},
                      .weight_modes = {}})
        .simulation.modes.trajectories.limit;
}

constexpr double untrained = 0.05 * 0.05;  // a weight of 0 leaves λ̃ = σ_min²; Heun is exact for it

}  // namespace

// A rate was judged by the start alone: 0.3 ended in an orbit of period 2 whose rows said ok, and a start at 0 took
// any.
TEST_CASE("T-10 layers: the largest stable rate knows where training ends, and the gradient at a start of 0") {
    for (const double init : {1e-6, 0.0}) {
        const double rate = dynamics::largest_stable_rate(problem_of(aligned({init, init}, 2), {2.0, 0.7})).value;
        // 2/κ: 4ωm = 8 at the end; 0 never leaves its saddle of 2ωm = 4, which small starts do.
        CHECK(rate == doctest::Approx(0.25).epsilon(1e-3));
    }
    const auto random = dynamics::random_layers("two-layer", 2, 2, 0.05, 1);
    REQUIRE(random);
    CHECK(dynamics::largest_stable_rate(problem_of(*random, {2.0, 0.7})).value <= 0.25);
    const auto tied = dynamics::random_layers("symmetric-two-layer", 2, 2, 1e-6, 1);
    REQUIRE(tied);
    CHECK(dynamics::largest_stable_rate(problem_of(*tied, {2.0, 0.7})).value == doctest::Approx(0.125).epsilon(1e-3));
}

// The panels of all times are shared: one time beyond stability failed all of them, τ = 0 too.
TEST_CASE("T-10 layers: a time whose weights fail takes no other with it") {
    const auto layers = dynamics::random_layers("two-layer", 2, 2, 0.3, 1);
    REQUIRE(layers);
    dynamics::MatrixProblem problem = problem_of(*layers, {2.0, 0.7});
    problem.noise = NoiseLevel(2.0);
    problem.data = NoiseLevel(0.5);
    problem.rule = dynamics::TrainingRule::gradient_descent;
    problem.learning_rate = LearningRate(1.5);
    const Generated result = generated({.problem = problem,
                                        .sampling = {},
                                        .tau = {0.0, 1.5, 3000.0},
                                        .noise_levels = {},
                                        .weight_modes = {},
                                        .flow = {.max_panels = 256}});
    const Trajectories& t = result.simulation.modes.trajectories;
    CHECK(std::isfinite(t.at(0, 0)));
    CHECK(std::isfinite(t.at(1, 0)));
    CHECK(std::isnan(t.at(2, 0)));
    CHECK(result.simulation.modes.failures.front().tau == 3000.0);
}

// All of these were given the h modes of the largest m²/h, which only a random start learns.
TEST_CASE("T-15 layers: the limit of an aligned start of any rank is each mode's own") {
    const std::vector<double> lambda = {2.0, 0.7};
    const double learned = limit_of(problem_of(aligned({0.1, 0.1}, 2), lambda))[0];
    const auto check = [&](const std::vector<double>& limit, double first, double second) {
        REQUIRE(limit.size() == 2);
        CHECK(limit[0] == doctest::Approx(first).epsilon(1e-9));
        CHECK(limit[1] == doctest::Approx(second).epsilon(1e-9));
    };
    CHECK(learned > 1.0);
    check(limit_of(problem_of(aligned({0.1, 0.1}, 1), lambda)), learned, untrained);
    check(limit_of(problem_of(aligned({0.0, 0.0}, 1), lambda)), untrained, untrained);
    check(limit_of(problem_of(aligned({-0.1, 0.1}, 1), lambda)), untrained, untrained);
    const auto zero = dynamics::random_layers("two-layer", 2, 1, 0.0, 1);
    REQUIRE(zero);
    check(limit_of(problem_of(*zero, lambda)), untrained, untrained);
    const auto random = dynamics::random_layers("two-layer", 2, 1, 0.5, 1);
    REQUIRE(random);
    check(limit_of(problem_of(*random, lambda)), learned, untrained);
    // Two modes of one variance: the start decides which direction is learned.
    CHECK(limit_of(problem_of(*random, {1.0, 1.0})).empty());
}

// Left out without a word: an empty limit, and every mode "no-crossing".
TEST_CASE("T-15 layers: a mean and shared coupling have a limit too, that of one layer") {
    const auto shared = [](const char* architecture) {
        const auto layers = dynamics::random_layers(architecture, 2, 2, 0.3, 1);
        REQUIRE(layers);
        dynamics::MatrixProblem problem = problem_of(*layers, {2.0, 0.7});
        problem.mean = {1.0, 0.5};
        problem.coupling = dynamics::Coupling::shared;
        return problem;
    };
    const std::vector<double> one = limit_of(shared("one-layer"));
    const std::vector<double> two = limit_of(shared("two-layer"));
    REQUIRE(one.size() == 2);
    REQUIRE(two.size() == 2);
    for (const std::size_t k : {0U, 1U}) CHECK(two[k] == doctest::Approx(one[k]).epsilon(1e-9));
    CHECK(dynamics::check_limit(shared("two-layer")));

    const dynamics::MatrixProblem problem = shared("symmetric-two-layer");
    const auto unknown = dynamics::check_limit(problem);
    REQUIRE(!unknown);
    CHECK(unknown.error().kind == ErrorKind::usage);
    const auto refused = dynamics::simulate_matrix({.problem = problem,
                                                    .sampling = {.solver = "heun", .steps = 4},
                                                    .tau = {0.0},
                                                    .noise_levels = {},
                                                    .weight_modes = {},
                                                    .needs_limit = true});
    REQUIRE(!refused);
    CHECK(refused.error().kind == ErrorKind::usage);
}

// Where weights commute with the data's covariance the mode engine knows the answer; the two share the objective and
// nothing else.
#include "../every_objective.hpp"
#include "../worst_error.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "matrix_case.hpp"
#include "small_problem.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;

namespace {

const std::vector<double> variances = {4.0, 1.0, 0.25, 0.01};
const std::vector<double> starts = {0.2, 0.1, 0.5, 0.05};

struct Pair {
    dynamics::SimulationRequest modes;
    dynamics::MatrixRequest matrix;
};

Pair pair_of(const std::string& architecture, const model::ObjectiveSpec& spec, std::vector<double> tau) {
    const bool ve = spec.path == "ve";
    const double noise = ve ? 80.0 : spec.path == "flow" ? 0.01 : 0.99;
    const double data = ve ? 0.002 : spec.path == "flow" ? 0.99 : 0.01;
    auto problem = problem_of(architecture, variances, starts, spec, noise, data);
    auto layers = dynamics::aligned_layers(architecture, starts);
    REQUIRE(layers);
    return {{.problem = problem, .sampling = {}, .tau = tau, .noise_levels = {0.5}, .weight_modes = {0, 1, 2, 3}},
            {.problem = {.lambda = variances,
                         .mean = {},
                         .layers = *layers,
                         .objective = problem.objective,
                         .noise = problem.noise,
                         .data = problem.data},
             .sampling = {},
             .tau = tau,
             .noise_levels = {0.5},
             .weight_modes = {0, 1, 2, 3}}};
}

struct Difference {
    double variance = 0.0, exact = 0.0, weight = 0.0, loss = 0.0, limit = 0.0;
};

Difference difference(const Pair& pair) {
    auto modes = dynamics::simulate(pair.modes);
    REQUIRE_MESSAGE(modes, modes.error().message);
    auto matrix = dynamics::simulate_matrix(pair.matrix);
    REQUIRE_MESSAGE(matrix, matrix.error().message);
    for (const auto& failure : matrix->modes.failures) FAIL(failure.reason);
    Difference worst;
    const auto& variance = modes->trajectories.variance;
    for (std::size_t i = 0; i < variance.size(); ++i) {
        worst.variance = worse(worst.variance, relative_error(matrix->modes.trajectories.variance[i], variance[i]));
    }
    REQUIRE(modes->exact_variance.size() == matrix->modes.exact_variance.size());
    for (std::size_t i = 0; i < modes->exact_variance.size(); ++i) {
        worst.exact = worse(worst.exact, relative_error(matrix->modes.exact_variance[i], modes->exact_variance[i]));
    }
    for (std::size_t i = 0; i < modes->weights.size(); ++i) {
        worst.weight = worse(worst.weight, std::abs(matrix->modes.weights[i].weight - modes->weights[i].weight));
        const double optimum = modes->weights[i].optimal_weight;
        CHECK(std::abs(matrix->modes.weights[i].optimal_weight - optimum) <= 1e-14 * std::max(1.0, std::abs(optimum)));
    }
    for (std::size_t i = 0; i < modes->loss.size(); ++i) {
        worst.loss = worse(worst.loss, std::abs(matrix->modes.loss[i] - modes->loss[i]) / modes->loss[0]);
    }
    for (std::size_t k = 0; k < variances.size(); ++k) {
        worst.limit =
            worse(worst.limit, relative_error(matrix->modes.trajectories.limit[k], modes->trajectories.limit[k]));
    }
    REQUIRE(matrix->chi.size() == pair.matrix.tau.size());
    for (const double chi : matrix->chi) CHECK(std::abs(chi - 1.0) <= 1e-14);
    return worst;
}

}  // namespace

TEST_CASE("T-19 aligned: one layer is the mode engine under every objective") {
    for (const std::string weighting : {"uniform", "inverse-variance"}) {
        for (const model::ObjectiveSpec& spec : every_objective(weighting)) {
            CAPTURE(name_of(spec));
            const Difference worst = difference(pair_of("one-layer", spec, {0.0, 0.1, 3.0, 500.0}));
            // The diagonal is integrated to 1e-11 here and there; losses to 1e-10 of the untrained one each.
            CHECK(worst.variance < 5e-11);
            CHECK(worst.weight < 1e-14);
            CHECK(worst.loss < 5e-10);
            CHECK(worst.limit < 1e-11);
        }
    }
}

TEST_CASE("T-17 aligned: the samplers step matrices as they step modes") {
    for (const std::string solver : {"heun", "euler", "ddim", "ode"}) {
        for (const std::string path : {"ve", "flow"}) {
            CAPTURE(solver);
            CAPTURE(path);
            const bool to_zero = solver == "heun" && path == "ve";
            // With EDM's c_skip x beside it the sign of the network's part of the denoised sample shows.
            const std::string preconditioning = to_zero ? "edm" : "none";
            const std::string target = path == "ve" ? "denoise" : "velocity";
            Pair pair = pair_of("one-layer", {.path = path, .target = target, .preconditioning = preconditioning},
                                {0.0, 0.1, 3.0});
            pair.modes.sampling.solver = pair.matrix.sampling.solver = solver;
            pair.modes.sampling.to_zero = pair.matrix.sampling.to_zero = to_zero;
            const Difference worst = difference(pair);
            // Steps: rounding. ode: 1e-10 a step in the mode engine's route, some fifty of them.
            CHECK(worst.variance < (solver == "ode" ? 1e-8 : 1e-12));
            CHECK(worst.exact < 5e-11);
        }
    }
}

TEST_CASE("T-10 aligned: gradient descent, and one layer shared by all noise levels") {
    Pair descent = pair_of("one-layer", {}, {0.0, 1e-3, 0.1});
    descent.modes.problem.rule = descent.matrix.problem.rule = dynamics::TrainingRule::gradient_descent;
    const LearningRate rate(1e-4);
    descent.modes.problem.learning_rate = descent.matrix.problem.learning_rate = rate;
    CHECK(difference(descent).variance < 5e-11);
    const double stable = dynamics::largest_stable_rate(descent.modes.problem).value;
    CHECK(dynamics::largest_stable_rate(descent.matrix.problem).value == doctest::Approx(stable).epsilon(1e-12));

    Pair shared = pair_of("one-layer", {.weighting = "lognormal"}, {0.0, 0.1, 3.0});
    shared.modes.problem.coupling = shared.matrix.problem.coupling = dynamics::Coupling::shared;
    const Difference worst = difference(shared);
    CHECK(worst.variance < 5e-11);
    CHECK(worst.limit < 1e-11);
}

TEST_CASE("T-20 aligned: layers are the mode engine's") {
    for (const std::string architecture : {"symmetric-two-layer", "two-layer"}) {
        CAPTURE(architecture);
        // A short stretch of noise levels: every one is an integration, and the test has two seconds.
        Pair pair = pair_of(architecture, {}, {0.0, 0.1, 3.0});
        pair.modes.problem.noise = pair.matrix.problem.noise = NoiseLevel(1.5);
        pair.modes.problem.data = pair.matrix.problem.data = NoiseLevel(0.4);
        const Difference worst = difference(pair);
        CHECK(worst.variance < 1e-9);
        CHECK(worst.weight < 1e-9);
        CHECK(worst.loss < 1e-6);
        CHECK(worst.limit < 1e-11);
    }
}

TEST_CASE("T-17 T-20 aligned: layers under a sampler, their loss included") {
    Pair pair = pair_of("two-layer", {}, {0.0, 3.0});
    pair.modes.problem.noise = pair.matrix.problem.noise = NoiseLevel(1.5);
    pair.modes.problem.data = pair.matrix.problem.data = NoiseLevel(0.4);
    pair.modes.sampling = pair.matrix.sampling = {.solver = "heun", .steps = 3};
    const Difference worst = difference(pair);
    CHECK(worst.variance < 1e-9);
    CHECK(worst.exact < 1e-9);
    CHECK(worst.loss < 1e-6);

    pair.modes.problem.data = pair.matrix.problem.data =
        NoiseLevel(1.45);  // every slope is an integration of the layers
    pair.modes.sampling = pair.matrix.sampling = {.solver = "ode"};
    const Difference by_ode = difference(pair);
    CHECK(by_ode.variance < 1e-9);
    CHECK(by_ode.loss < 1e-6);
}

TEST_CASE("T-19 emergence: variances between the grid's times are the mode engine's") {
    const Pair pair = pair_of("one-layer", {}, dynamics::log_spaced_times(0.01, 100.0, 30));
    const auto modes = dynamics::simulate(pair.modes);
    const auto matrix = dynamics::simulate_matrix(pair.matrix);
    REQUIRE(modes);
    REQUIRE(matrix);
    const std::vector<double> between = {3e-5, 0.0123, 0.1, 0.77, 1.9, 13.7, 99.0};
    std::vector<double> a(between.size());
    std::vector<double> b(between.size());
    for (std::size_t k = 0; k < variances.size(); ++k) {
        modes->trajectories.evaluate(k, between, a);
        matrix->modes.trajectories.evaluate(k, between, b);
        // 1e-10 (1 + |ln λ̃|) at the point where an interval is tested; twice as much anywhere in it.
        for (std::size_t i = 0; i < a.size(); ++i) CHECK(relative_error(b[i], a[i]) < 1e-9);
    }
}

TEST_CASE("T-10 emergence: between the steps of descent, too") {
    Pair pair = pair_of("one-layer", {}, {0.0, 1e-4, 1e-2, 1.0});
    for (auto* rate : {&pair.modes.problem.learning_rate, &pair.matrix.problem.learning_rate})
        *rate = LearningRate(1e-4);
    pair.modes.problem.rule = pair.matrix.problem.rule = dynamics::TrainingRule::gradient_descent;
    const auto modes = dynamics::simulate(pair.modes);
    const auto matrix = dynamics::simulate_matrix(pair.matrix);
    REQUIRE(modes);
    REQUIRE(matrix);
    const std::vector<double> between = {3e-5, 1e-4, 1.23e-2, 0.30004};
    std::vector<double> a(between.size());
    std::vector<double> b(between.size());
    for (std::size_t k = 0; k < variances.size(); ++k) {
        modes->trajectories.evaluate(k, between, a);
        matrix->modes.trajectories.evaluate(k, between, b);
        for (std::size_t i = 0; i < a.size(); ++i) CHECK(relative_error(b[i], a[i]) < 1e-9);
    }
}

TEST_CASE("T-20 emergence: layers between the grid's times, and beyond them") {
    Pair pair = pair_of("two-layer", {}, {0.0, 0.1, 3.0});
    pair.modes.problem.noise = pair.matrix.problem.noise = NoiseLevel(1.2);
    pair.modes.problem.data = pair.matrix.problem.data = NoiseLevel(0.7);
    const auto modes = dynamics::simulate(pair.modes);
    const auto matrix = dynamics::simulate_matrix(pair.matrix);
    REQUIRE(modes);
    REQUIRE(matrix);
    const std::vector<double> between = {0.7, 4.0};
    std::vector<double> a(between.size());
    std::vector<double> b(between.size());
    modes->trajectories.evaluate(0, between, a);
    matrix->modes.trajectories.evaluate(0, between, b);
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(relative_error(b[i], a[i]) < 1e-8);
}

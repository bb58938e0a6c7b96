#include "../dense_functions.hpp"
#include "../worst_error.hpp"
#include "matrix_case.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using Eigen::MatrixXd;

TEST_CASE("T-18 overshoot along the mean: w peaks at 0.5598 at time 0.52") {
    std::vector<double> tau;
    for (int i = 0; i <= 300; ++i) tau.push_back(0.01 * i);
    const dynamics::MatrixProblem problem{.lambda = {1.0},
                                          .mean = {1.0},
                                          .layers = {.width = 1, .first = {0.2}, .second = {}, .bias = {0.0}},
                                          .objective = objective_of()};
    const auto layers = dynamics::train_layers(problem, NoiseLevel(1.0), tau);
    REQUIRE(layers);
    std::size_t peak = 0;
    for (std::size_t i = 0; i < tau.size(); ++i) {
        if ((*layers)[i].first[0] > (*layers)[peak].first[0]) peak = i;
    }
    CHECK(tau[peak] == doctest::Approx(0.52));
    CHECK((*layers)[peak].first[0] == doctest::Approx(0.5598).epsilon(1e-4));
    CHECK(std::abs(layers->back().first[0] - 0.5) < 1e-2);
}

TEST_CASE("T-19 order: with half the panels' length the error is 1/64, with a coupling of one shape 1/256") {
    // Panels long enough that no quadrature or rounding is seen.
    for (const bool centred : {true, false}) {
        CAPTURE(centred);
        dynamics::MatrixRequest request = random_request(4, {0.0, 0.8}, centred);
        request.problem.noise = NoiseLevel(5.0);
        request.problem.data = NoiseLevel(0.05);
        dynamics::MatrixRequest fine = request;
        fine.flow.tolerance = 1e-13;
        const MatrixXd exact = generated(fine).covariance[1];
        std::vector<double> error;
        const std::vector<std::size_t> counts =
            centred ? std::vector<std::size_t>{7, 10, 14} : std::vector<std::size_t>{8, 16, 32};
        for (const std::size_t panels : counts) {
            request.flow.uniform_panels = panels;
            error.push_back(covariance_error(generated(request).covariance[1], exact));
        }
        CAPTURE(error[0]);
        CAPTURE(error[1]);
        CAPTURE(error[2]);
        const auto order = [&](std::size_t i) {
            return std::log(error[i] / error[i + 1]) /
                   std::log(static_cast<double>(counts[i + 1]) / static_cast<double>(counts[i]));
        };
        CHECK(order(0) > (centred ? 7.0 : 5.0));
        CHECK(order(1) > (centred ? 7.5 : 5.5));
    }
}

TEST_CASE("T-19 untrained weights: one panel is the exponential of any norm") {
    // dx/d ln σ = (1 − W) x with W constant; norms of 0.03 to 60 about the mean of the diagonal, so that both
    // polynomials and all squarings are taken.
    for (const double scale : {0.02, 0.05, 0.3, 1.0, 10.0, 40.0}) {
        CAPTURE(scale);
        dynamics::MatrixRequest request = random_request(8, {0.0});
        request.problem.noise = NoiseLevel(2.0);
        request.problem.data = NoiseLevel(1.0);
        for (double& w : request.problem.layers.first) w *= scale / 0.6;
        request.flow.uniform_panels = 1;
        const MatrixXd w = from_row_major(request.problem.layers.first, 8, 8);
        const MatrixXd x = exponential(std::log(0.5) * (MatrixXd::Identity(8, 8) - w));
        // Rounding grows with the norm: 1e-15 of it, and again in rows that are much smaller than others.
        CHECK(covariance_error(generated(request).covariance[0], 4.0 * x * x.transpose()) < 1e-13 + 1e-11 * scale);
    }
}

// Two moments of a panel agree to 1e-10 where the third is off by all of it: the estimate by the terms' orders alone
// said 4e-11 and was wrong by 5e-8.
TEST_CASE("T-19 determinism: the same bytes for one, two and three threads") {
    for (const bool centred : {true, false}) {
        dynamics::MatrixRequest request = random_request(5, {0.0, 0.1, 0.4, 2.0, 30.0}, centred);
        request.noise_levels = {0.1, 1.0};
        request.weight_modes = {0, 4};
        const Generated one = generated(request);
        std::vector<double> asked = {0.05, 0.2, 7.0};
        std::vector<double> first(3);
        std::vector<double> other(3);
        one.simulation.modes.trajectories.evaluate(2, asked, first);
        for (const unsigned threads : {2U, 3U}) {
            request.threads = Threads(threads);
            const Generated more = generated(request);
            CHECK(more.simulation.modes.trajectories.variance == one.simulation.modes.trajectories.variance);
            CHECK(more.simulation.modes.loss == one.simulation.modes.loss);
            CHECK(more.simulation.mean == one.simulation.mean);
            CHECK(more.simulation.chi == one.simulation.chi);
            more.simulation.modes.trajectories.evaluate(2, asked, other);
            CHECK(other == first);
        }
    }
}

TEST_CASE("T-19 chi and off-diagonal energy are those of the covariance") {
    const dynamics::MatrixRequest request = random_request(6, {0.0, 0.1, 1.0, 1000.0});
    const Generated result = generated(request);
    for (std::size_t i = 0; i < request.tau.size(); ++i) {
        const MatrixXd& c = result.covariance[i];
        const double diagonal = c.diagonal().squaredNorm();
        CHECK(result.simulation.chi[i] == doctest::Approx(diagonal / c.squaredNorm()).epsilon(1e-14));  // 36 terms
        CHECK(result.simulation.off_diagonal[i] == doctest::Approx(c.squaredNorm() - diagonal).epsilon(1e-9));
    }
    CHECK(result.simulation.chi[0] < 0.95);   // random at the start
    CHECK(result.simulation.chi[3] > 0.999);  // the data's frame at the end
    // 4 (1 + 1/2 + … + 1/6) = 9.8: four modes hold 8.33, 85 %, five 93 %.
    CHECK(result.simulation.leading_modes == 5);
}

TEST_CASE("T-19 ensemble: within its standard errors of the covariance") {
    dynamics::MatrixRequest request = random_request(6, {0.0, 0.1, 1.0}, false);
    const Generated exact = generated(request);
    double squares = 0.0;
    int count = 0;
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U}) {
        request.ensemble = 400;
        request.ensemble_seed = seed;
        const Generated sampled = generated(request);
        const Trajectories& t = sampled.simulation.modes.trajectories;
        CHECK(!t.evaluate);
        for (std::size_t i = 0; i < t.times(); ++i) {
            for (std::size_t k = 0; k < 6; ++k) {
                const double expected = exact.simulation.modes.trajectories.at(i, k);
                const double z = (t.at(i, k) - expected) / t.standard_error[i * 6 + k];
                CHECK(std::abs(z) < 4.5);  // λ̃'s own scatter of 7 % moves the unit of 4
                squares += z * z;
                ++count;
                const double off = sampled.simulation.mean[i * 6 + k] - exact.simulation.mean[i * 6 + k];
                CHECK(std::abs(off) < 4.5 * std::sqrt(expected / 400.0));
            }
        }
    }
    // 144 values, of which the 48 of a seed are correlated over τ: the mean square is 1 to about 20 %.
    CHECK(squares / count > 0.5);
    CHECK(squares / count < 1.6);
}

// Noise has no mean: relative to that of what is noised, a μ, a sample begins at −a μ. At σ_T = 80 none could see it.
TEST_CASE("T-19 ensemble: samples begin around zero, and not around the data's mean") {
    dynamics::MatrixRequest request = random_request(3, {0.0, 0.1}, false);
    request.problem.noise = NoiseLevel(1.0);
    request.problem.mean = {4.0, -3.0, 2.0};
    const Generated exact = generated(request);
    request.ensemble = 4000;
    const Generated sampled = generated(request);
    for (std::size_t i = 0; i < 6; ++i) {
        const double variance = exact.simulation.modes.trajectories.at(i / 3, i % 3);
        const double off = sampled.simulation.mean[i] - exact.simulation.mean[i];
        CHECK(std::abs(off) < 4.5 * std::sqrt(variance / 4000.0));
    }
}

// From 1e5 on the exponential lost the digits of the mean, and at 1e8 all eigenvalues below 1e-16 of its square were
// one: a variance of 1e14 whose rows said ok.
TEST_CASE("T-18 large means: variances keep their digits, and what is beyond is refused") {
    const dynamics::MatrixRequest centred = random_request(3, {0.0, 0.5, 20.0});
    const MatrixXd start = generated(centred).covariance[0];
    const auto at = [&](double size) {
        dynamics::MatrixRequest request = centred;
        request.problem.mean = {size, 0.3 * size, -0.5 * size};
        return generated(request);
    };
    const Generated far = at(1e11);
    for (const double size : {1e5, 1e8}) {
        CAPTURE(size);
        const Generated large = at(size);
        CHECK(covariance_error(large.covariance[0], start) < 2e-11);  // b(0) = 0: the mean is not in the variance
        // A mean that is learned at once, b that has not begun to: what is left is of order 1/size².
        for (const std::size_t i : {1U, 2U}) {
            const double left = 1e6 / (size * size) + 4e-11;  // 2e5 measured, at a time of 20
            CHECK(covariance_error(large.covariance[i], far.covariance[i]) < left);
            CHECK((large.mean[i] / size - far.mean[i] / 1e11).cwiseAbs().maxCoeff() < left);
        }
    }
    // Without variance nothing but the noise is left to compare a mean with.
    dynamics::MatrixRequest request = centred;
    request.problem.lambda = {0.0, 0.0, 0.0};
    const MatrixXd flat = generated(request).covariance[0];
    request.problem.mean = {1e12, 3e11, -5e11};
    CHECK(covariance_error(generated(request).covariance[0], flat) < 2e-11);
    request = centred;
    request.problem.mean = {1e15, 0.0, 0.0};
    const auto refused = dynamics::simulate_matrix(request);
    REQUIRE(!refused);
    CHECK(refused.error().message ==
          "data.mean: 1e+15 leaves no digits for what is generated around it: its entries may be 8e+13 in size, 1e12 "
          "times "
          "the largest standard deviation of data and noise: shift the data");
}

TEST_CASE("T-23 standard errors: of an ensemble's chi, against the scatter over seeds") {
    dynamics::MatrixRequest request = random_request(3, {0.3});
    request.sampling = {.solver = "heun", .steps = 4};
    request.problem.noise = NoiseLevel(5.0);
    request.problem.data = NoiseLevel(0.1);
    request.ensemble = 300;
    constexpr int seeds = 500;
    double sum = 0.0, squares = 0.0, error = 0.0;
    for (int seed = 1; seed <= seeds; ++seed) {
        request.ensemble_seed = static_cast<std::uint64_t>(seed);
        const dynamics::MatrixSimulation sampled = generated(request).simulation;
        sum += sampled.chi[0] / seeds;
        squares += sampled.chi[0] * sampled.chi[0] / seeds;
        error += sampled.chi_error[0] / seeds;
    }
    // The scatter of 500 is known to 1/√1000 = 3.2 %: three of its errors.
    CHECK(error == doctest::Approx(std::sqrt(squares - sum * sum)).epsilon(0.1));
}

TEST_CASE("T-19 a coupling of one shape at all noise levels is expanded as any other is") {
    // A bias that is 0 to rounding takes the general route.
    for (const double tolerance : {1e-8, 1e-11}) {
        dynamics::MatrixRequest request = random_request(7, {0.0, 0.02, 0.3, 3.0, 60.0});
        request.flow.tolerance = tolerance;
        const Generated fixed = generated(request);
        request.problem.layers.bias.assign(7, 1e-300);
        const Generated general = generated(request);
        for (std::size_t i = 0; i < request.tau.size(); ++i) {
            CAPTURE(i);
            CHECK(covariance_error(fixed.covariance[i], general.covariance[i]) < 2.0 * tolerance + 1e-12);
        }
        CHECK(fixed.simulation.modes.counts.evaluations > 0);  // of a closed form they were not counted
        CHECK(fixed.simulation.modes.promise == 10.0 * tolerance);
    }
}

TEST_CASE("T-10 unstable gradient descent of coupled modes is a named failure, and NaN") {
    dynamics::MatrixRequest request = random_request(3, {0.0, 0.02, 0.1});
    request.problem.rule = dynamics::TrainingRule::gradient_descent;
    request.problem.learning_rate = LearningRate(0.01);  // η · 2 · 80² = 128
    request.noise_levels = {80.0};
    request.weight_modes = {0};
    const auto result = dynamics::simulate_matrix(request);
    REQUIRE(result);
    CHECK(std::isfinite(result->modes.trajectories.at(0, 0)));
    CHECK(std::isnan(result->modes.trajectories.at(2, 1)));
    REQUIRE(result->modes.failures.size() == 3);
    CHECK(result->modes.failures[0].reason == "unstable gradient descent: the learning rate is too large");
    CHECK(result->modes.weight_failures.size() == 1);
}

TEST_CASE("the matrix case refuses what has no meaning, in one sentence each") {
    dynamics::MatrixRequest request = random_request(3, {0.0, 1.0});
    request.problem.mean = {1.0};
    request.problem.layers.first.pop_back();
    const auto result = dynamics::simulate_matrix(request);
    REQUIRE(!result);
    CHECK(result.error().message.find("data.mean") != std::string::npos);
    CHECK(result.error().message.find("network.init") != std::string::npos);
    CHECK(!dynamics::random_layers("deep", 3, 0, 0.1, 1));
    CHECK(!dynamics::random_layers("one-layer", 3, 2, 0.1, 1));
    CHECK(!dynamics::random_layers("two-layer", 3, 2, -0.1, 1));
    CHECK(!dynamics::aligned_layers("deep", std::vector{0.1}, 0.0));
    const auto says = [](const auto& refused, const std::string& words) {
        REQUIRE(!refused);
        CHECK(refused.error().kind == ErrorKind::usage);
        CHECK_MESSAGE(refused.error().message.find(words) != std::string::npos, refused.error().message);
    };
    says(dynamics::aligned_layers("symmetric-two-layer", std::vector{0.1, -0.1}, 0.0), "network.init = -0.1 of mode 2");
    says(dynamics::aligned_layers("one-layer", std::vector{std::nan("")}, 0.0), "starts from weights that are finite");
    dynamics::MatrixRequest unknown = random_request(3, {0.0, 1.0});
    unknown.problem.layers.architecture = "deep";
    unknown.ensemble = 1;
    says(dynamics::simulate_matrix(unknown), "network.architecture");
    unknown.problem.layers.architecture = "one-layer";
    says(dynamics::simulate_matrix(unknown), "sampling.ensemble = 1: a variance takes 2 samples or more");
}

TEST_CASE("T-10 more steps of coupled modes than can be taken are refused with their number and the remedy") {
    dynamics::MatrixProblem problem = random_request(3, {0.0, 1.0}).problem;
    CHECK(dynamics::check_descent_steps(problem, TrainingTime(1e300)));
    problem.rule = dynamics::TrainingRule::gradient_descent;
    problem.learning_rate = LearningRate(0.01);
    for (const bool one : {true, false}) {
        if (!one) problem.layers = *dynamics::random_layers("two-layer", 3, 0, 0.1, 1);
        CHECK(dynamics::check_descent_steps(problem, TrainingTime(1e3)));  // 1e5 steps
        const auto refused = dynamics::check_descent_steps(problem, TrainingTime(1e15));
        REQUIRE(!refused);
        CHECK(refused.error().kind == ErrorKind::usage);
        CHECK(refused.error().message.find("= 1e+17 steps") != std::string::npos);
        CHECK(refused.error().message.find(one ? "more than can be counted" : "use training.last = 1000 or less") !=
              std::string::npos);
    }
}

#include "../../src/dynamics/training_loss.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "battery_problem.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "small_problem.hpp"

using namespace eigenflow;
using tests::problem_of;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();
constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<double> loss_of(const dynamics::LearningProblem& problem, const std::vector<double>& tau,
                            unsigned threads = 2) {
    const auto trained = dynamics::make_trained_weights(problem);
    REQUIRE(trained);
    return dynamics::training_loss(problem, **trained, tau, Threads(threads));
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

}  // namespace

TEST_CASE("T-1 loss: untrained and trained, on ve, against moments of the lognormal density") {
    const std::vector<double> lambda = {2.0, 0.5, 1e-4};
    const double q = 0.3;
    const std::vector<double> s = loss_of(problem_of("one-layer", lambda, {q}), {0.0, 1e300});
    // ∫ over ln σ between both ends of [(1 − Q)² λ + Q² σ²]: σ² moves the centre by 2 P_std².
    const double low = (std::log(0.002) + 1.2) / 1.2;
    const double high = (std::log(80.0) + 1.2) / 1.2;
    const double mass = normal_cdf(high) - normal_cdf(low);
    const double square = std::exp(-2.4 + 2.0 * 1.44) * (normal_cdf(high - 2.4) - normal_cdf(low - 2.4));
    double untrained = 0.0;
    for (const double v : lambda) untrained += (1.0 - q) * (1.0 - q) * v * mass + q * q * square;
    CHECK(tests::relative_error(s[0], untrained) <= 2e-10);  // the promise is 1e-10 of this number

    // The minimum ∫ Σ λσ²/(λ + σ²) by Simpson's rule in ln σ.
    constexpr int intervals = 20'000;
    const double width = std::log(80.0 / 0.002) / intervals;
    double minimum = 0.0;
    for (int i = 0; i <= intervals; ++i) {
        const double sigma = 0.002 * std::exp(i * width);
        double sum = 0.0;
        for (const double v : lambda) sum += v / (v + sigma * sigma) * sigma * sigma;
        const double simpson = i == 0 || i == intervals ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
        minimum += simpson * width / 3.0 * sum * model::lognormal_density(sigma, -1.2, 1.2) * sigma;
    }
    CHECK(std::abs(s[1] - minimum) <= 2e-10 * untrained);
}

TEST_CASE("T-1 loss: untrained and trained, on flow, in closed form") {
    const double lambda = 3.0;
    const double q = 0.3;
    const std::vector<double> s =
        loss_of(problem_of("one-layer", {lambda}, {q}, {.path = "flow", .target = "velocity"}, 0.0, 1.0), {0.0, 1e300});
    // E|Qx − (x0 − z)|² = Q² h − 2 Q m + λ + 1, with ∫h = (λ + 1)/3 and ∫m = (λ − 1)/2.
    const double untrained = q * q * (lambda + 1.0) / 3.0 - q * (lambda - 1.0) + lambda + 1.0;
    CHECK(tests::relative_error(s[0], untrained) <= 2e-10);
    // ∫ λ/(t²λ + (1 − t)²) dt = √λ π/2
    CHECK(std::abs(s[1] - std::sqrt(lambda) * std::numbers::pi / 2.0) <= 2e-10 * untrained);
}

// Two layers learn w* where m > 0, and 0 where it is not. Nodes on both sides of that turn may miss it: 2e-9 were lost.
TEST_CASE("T-1 T-5 loss: tied and layered weights, which turn at a noise level, in closed form") {
    for (const char* architecture : {"symmetric-two-layer", "two-layer"}) {
        for (double lambda = 1e-4; lambda < 1e5; lambda *= 1.3) {
            const std::vector<double> s = loss_of(
                problem_of(architecture, {lambda}, {0.9}, {.path = "flow", .target = "velocity"}, 0.0, 1.0), {1e300});
            // ∫ m²/h dt up to t = 1/(1 + λ), with (1 + λ)t = u: ∫ (u − 1)²/((u − 1)² + λ) du up to 1
            const double root = std::sqrt(lambda);
            const double expected = root * std::numbers::pi / 2.0 + 1.0 - root * std::atan(1.0 / root);
            const double untrained = 0.27 * (lambda + 1.0) - 0.9 * (lambda - 1.0) + lambda + 1.0;
            CAPTURE(architecture);
            CAPTURE(lambda);
            CHECK(std::abs(s[0] - expected) <= 1e-10 * untrained);
        }
    }
}

TEST_CASE("T-1 loss: of modes that turn it is the sum of theirs, whatever their order, their number and the threads") {
    const std::vector<double> lambda = {300.0, 1e-3, 5.0, 0.7, 40.0};
    const std::vector<double> tau = {0.0, 20.0, 1e6};
    const model::ObjectiveSpec spec = {.path = "flow", .target = "velocity"};
    const auto of_modes = [&](std::vector<double> some, unsigned threads = 2) {
        return loss_of(problem_of("symmetric-two-layer", std::move(some), {0.2}, spec, 0.0, 1.0), tau, threads);
    };
    std::vector<double> sum(tau.size());
    for (const double v : lambda) {
        const std::vector<double> one = of_modes({v});
        for (std::size_t i = 0; i < tau.size(); ++i) sum[i] += one[i];
    }
    const std::vector<double> turned = of_modes({40.0, 5.0, 1e-3, 300.0, 0.7});
    constexpr int times = 103;  // 515 modes: jobs of two, and a last one of one
    std::vector<double> repeated;
    for (int i = 0; i < times; ++i) repeated.insert(repeated.end(), lambda.begin(), lambda.end());
    const std::vector<double> many = of_modes(repeated);
    for (std::size_t i = 0; i < tau.size(); ++i) {
        CHECK(std::abs(turned[i] - sum[i]) <= 2e-10 * sum[0]);
        CHECK(std::abs(many[i] - times * sum[i]) <= 2e-10 * times * sum[0]);
    }
    for (const unsigned threads : {1U, 3U}) CHECK(of_modes(repeated, threads) == many);
    CHECK(loss_of(problem_of("symmetric-two-layer", {2.0}, {0.2}, spec, 0.0, 1.0), {}).empty());
}

TEST_CASE("T-1 loss: where its integral has no finite value it is infinite, and after that as exact as elsewhere") {
    const auto by = [&](const char* target, const std::vector<double>& tau) {
        const model::ObjectiveSpec spec = {.path = "flow", .target = target, .weighting = "inverse-variance"};
        return loss_of(problem_of("one-layer", {3.0}, {0.3}, spec, 0.0, 1.0), tau);
    };
    // ∫ ds/s² of the least that velocities can be missed by: no training ends that.
    for (const double loss : by("velocity", {0.0, 1.0, 1e300})) CHECK(loss == infinity);
    // Data are missed by less and less towards pure data, but not by untrained weights.
    const std::vector<double> loss = by("denoise", {0.0, 0.01, 1e300});
    CHECK(loss[0] == infinity);
    // ∫ λ/(t²λ + (1 − t)²) dt, and Simpson's rule of ((Q h − m)²/h) e^(−4hτ/s²)/s² in s = 1 − t.
    const double least = std::sqrt(3.0) * std::numbers::pi / 2.0;
    constexpr int intervals = 200'000;
    double excess = 0.0;
    for (int i = 1; i <= intervals; ++i) {
        const double s = static_cast<double>(i) / intervals;
        const double t = 1.0 - s;
        const double h = 3.0 * t * t + s * s;
        const double off = 0.3 * h - 3.0 * t;
        const double simpson = i == intervals ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
        excess += simpson / (3.0 * intervals) * off * off / h * std::exp(-4.0 * h * 0.01 / (s * s)) / (s * s);
    }
    CHECK(std::abs(loss[1] - least - excess) <= 2e-10 * (least + excess));
    CHECK(std::abs(loss[2] - least) <= 2e-10 * (least + excess));
}

TEST_CASE("T-1 loss: so small that what is left where the path ends counts, it is still finite") {
    const std::vector<double> loss =
        loss_of(problem_of("one-layer", {2e-12}, {0.0}, {.path = "flow", .target = "velocity"}, 0.0, 1.0), {1e300});
    // √λ π/2, to 1e-10 of the untrained loss 1 + λ
    CHECK(std::abs(loss[0] - std::sqrt(2e-12) * std::numbers::pi / 2.0) <= 1e-10);
}

TEST_CASE("T-1 loss: of many modes, blocks of which are summed, it is that of one as many times") {
    constexpr std::size_t modes = 8200;
    const std::vector<double> tau = {0.0, 0.1, 10.0};
    const std::vector<double> one = loss_of(problem_of("one-layer", {2.0}, {0.1}), tau);
    const std::vector<double> many = loss_of(problem_of("one-layer", std::vector<double>(modes, 2.0), {0.1}), tau);
    for (std::size_t i = 0; i < tau.size(); ++i) {  // integrals to 1e-10, sums of 512 a lane to 512 roundings
        CHECK(tests::relative_error(many[i], modes * one[i]) <= 2e-10 + 512 * eps);
    }
}

TEST_CASE("T-1 loss battery: gradient flow never raises it") {
    for (const std::string& architecture : model::architecture_names()) {
        const std::vector<double> s =
            loss_of(tests::battery_problem({.architecture = architecture}), dynamics::log_spaced_times(1e-5, 1e5, 21));
        for (std::size_t i = 1; i < s.size(); ++i) {
            CHECK_MESSAGE(s[i] <= s[i - 1] + 2e-10 * s[0], architecture << " time " << i);
        }
    }
}

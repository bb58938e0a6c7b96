#include "eigenflow/dynamics/closed_forms.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "eigenflow/numerics/exponential.hpp"
#include "small_problem.hpp"

using namespace eigenflow;
using dynamics::NoiseRange;
using tests::problem_of;
using tests::relative_error;
using tests::variance_by;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();
constexpr NoiseRange edm{80.0, 0.002};

double one_layer(double lambda, double init, double eta_tau) {
    return std::exp(dynamics::one_layer_log_variance(lambda, init, eta_tau, edm));
}

}  // namespace

TEST_CASE("T-9 emergence: the symmetric weight passes the harmonic mean of Q and w* at ln 2 / (8 eta omega m)") {
    for (const char* weighting : {"uniform", "edm", "lognormal"}) {
        for (const double lambda : {1e-3, 1.0, 50.0}) {
            for (const double init : {1e-6, 0.1, 0.9, 3.0}) {
                const auto problem = problem_of("symmetric-two-layer", {lambda}, {init}, {.weighting = weighting});
                for (const double sigma : {0.01, 1.0, 30.0}) {
                    const model::NoiseTerms at = problem.objective.at(NoiseLevel(sigma));
                    const double tau = std::numbers::ln2 / (8.0 * at.omega * at.cross_moment(lambda));
                    double weight = 0.0;
                    problem.network->weights(at, model::TrainingClock::flow(tau), {0, 1}, std::span(&weight, 1));
                    const double harmonic = 2.0 / (1.0 / init + 1.0 / at.optimum(lambda));
                    // 8 ulp of the weight, four roundings of τ that move e = 1/2 by 4 ε ln 2, five of the mean.
                    CHECK(relative_error(weight, harmonic) <= 16.0 * eps);
                }
            }
        }
    }
}

TEST_CASE("T-15 limits of the closed forms: untrained, and trained for ever") {
    for (const double lambda : {0.0, 1e-6, 1.0, 173.0}) {
        const double trained = 6400.0 * ((lambda + 4e-6) / (lambda + 6400.0));
        for (const double init : {0.0, 0.3, 1.0}) {
            const double untrained = 6400.0 * std::pow(0.002 / 80.0, 2.0 * (1.0 - init));
            const double symmetric = std::exp(dynamics::symmetric_two_layer_log_variance(lambda, init, 0.0, edm));
            // T-12 and T-13 promise 1e-14; the power has the exponent's 22 ε.
            CHECK(relative_error(one_layer(lambda, init, 0.0), untrained) <= 2e-14);
            CHECK(relative_error(symmetric, untrained) <= 2e-14);
            CHECK(relative_error(one_layer(lambda, init, 1e300), trained) <= 2e-14);
            if (init == 0.0) continue;  // a fixed point
            const double grown = std::exp(dynamics::symmetric_two_layer_log_variance(lambda, init, 1e300, edm));
            if (lambda > 0.0) CHECK(relative_error(grown, trained) <= 2e-14);
        }
    }
    CHECK(one_layer(1e-6, 0.1, 1e300) == doctest::Approx(5e-6).epsilon(1e-3));  // five times λ: not λ
    CHECK(one_layer(173.0, 0.1, 1e300) / 173.0 == doctest::Approx(0.974).epsilon(1e-3));
}

TEST_CASE("T-15 flow: from e^(2Q) to lambda") {
    for (const double lambda : {1e-6, 1.0, 173.0}) {
        for (const double init : {0.0, 0.3, 1.0}) {
            const auto ln = [&](double tau) { return dynamics::one_layer_flow_log_variance(lambda, init, tau); };
            CHECK(ln(0.0) == 2.0 * init);
            // Q √(π/(a(1+λ))) e^(−aλ/(λ+1)) · 2 is what is left of the start: below 1e-14 at a λ = 2e30 · 1e-6.
            CHECK(std::abs(ln(1e30) - std::log(lambda)) <= 2e-14);
        }
    }
}

// Up to pure data a trained mode without variance has none, and no reference. Noise has variance 1 wherever sampling
// begins; untrained, dx/dt = Q x.
TEST_CASE("T-11 flow: a mode without variance, from an untrained network that begins within the path") {
    for (const double init : {-0.5, 0.0, 0.3}) {
        for (const double noise : {0.0, 0.4, 0.9}) {
            const auto problem =
                problem_of("one-layer", {1.0, 0.0}, {init, init}, {.path = "flow", .target = "velocity"}, noise, 1.0);
            const auto route = dynamics::make_variance_route("quadrature", {}, problem);
            REQUIRE(route);
            const auto values = (*route)->variances(std::vector{0.0}, {1, 1});
            CHECK(relative_error(values.variance[0], std::exp(2.0 * init * (1.0 - noise))) <= 1e-12);
        }
    }
}

TEST_CASE("T-16 joint scaling of variance, noise and time multiplies the generated variance") {
    for (const char* architecture : {"one-layer", "symmetric-two-layer"}) {
        for (const char* route : {"closed-form", "quadrature"}) {
            for (const double c : {1e-3, 4.0, 1e4}) {
                for (const double tau : {0.0, 0.1, 3.0, 1e3}) {
                    const auto given = problem_of(architecture, {0.7}, {0.2});
                    const double root = std::sqrt(c);
                    const auto scaled = problem_of(architecture, {0.7 * c}, {0.2}, {}, 80.0 * root, 0.002 * root);
                    const double expected = c * variance_by(route, given, tau);
                    // Two closed forms of 1e-14, or two quadratures of 1e-13.
                    const double bound = std::string(route) == "closed-form" ? 3e-14 : 3e-13;
                    INFO(architecture << " " << route << " c = " << c << " tau = " << tau);
                    CHECK(relative_error(variance_by(route, scaled, tau / c), expected) <= bound);
                }
            }
        }
    }
}

TEST_CASE("T-16 learning rate and time enter only as their product: the same bits") {
    for (const char* architecture : {"one-layer", "symmetric-two-layer"}) {
        for (const char* route : {"closed-form", "quadrature"}) {
            auto problem = problem_of(architecture, {0.7}, {0.2});
            const double expected = variance_by(route, problem, 1.5);
            problem.learning_rate = LearningRate(0.25);  // powers of two: the product is exact
            CHECK(variance_by(route, problem, 6.0) == expected);
        }
    }
}

TEST_CASE("T-12 is not monotone: 0.16, then 8.2e-4, then 0.0100") {
    const auto printed = [](double value, double digits, double half) { return std::abs(value - digits) <= half; };
    CHECK(printed(one_layer(0.01, 0.5, 0.0), 0.16, 1e-15));
    CHECK(printed(one_layer(0.01, 0.5, 5.25), 8.2e-4, 0.05e-4));
    CHECK(printed(one_layer(0.01, 0.5, 1e12), 0.0100, 0.00005));
    for (const double other : {4.0, 7.0}) CHECK(one_layer(0.01, 0.5, other) > one_layer(0.01, 0.5, 5.25));
}

TEST_CASE("T-12, T-13 of many modes at once: each as by itself, to the last bit") {
    std::vector<double> lambda;
    for (int k = 0; k < 150; ++k) lambda.push_back(k == 77 ? 0.0 : 300.0 * std::pow(0.85, k));
    std::vector<double> init(lambda.size(), 0.3);
    init[5] = 0.0;
    std::vector<double> variance(lambda.size());
    const auto alone = [&](double log_variance) {
        numerics::exponentials({&log_variance, 1});
        return log_variance;
    };
    for (const double tau : {0.0, 1e-3, 0.02, 1.0, 1e9}) {
        dynamics::one_layer_variances(lambda, init, tau, edm, variance);
        for (std::size_t k = 0; k < lambda.size(); ++k) {
            CHECK(variance[k] == alone(dynamics::one_layer_log_variance(lambda[k], init[k], tau, edm)));
        }
        dynamics::symmetric_two_layer_variances(lambda, init, tau, edm, variance);
        for (std::size_t k = 0; k < lambda.size(); ++k) {
            CHECK(variance[k] == alone(dynamics::symmetric_two_layer_log_variance(lambda[k], init[k], tau, edm)));
        }
    }
}

TEST_CASE("closed-form route: refused in one sentence with a remedy where there is none, and auto goes on") {
    struct Case {
        const char* architecture;
        model::ObjectiveSpec objective;
        double noise, data;
    };
    const std::array cases = {Case{"one-layer", {.target = "noise"}, 80.0, 0.002},
                              Case{"one-layer", {.weighting = "edm"}, 80.0, 0.002},
                              Case{"one-layer", {.preconditioning = "edm"}, 80.0, 0.002},
                              Case{"one-layer", {.path = "flow", .target = "velocity"}, 0.0, 0.999},
                              Case{"symmetric-two-layer", {.path = "flow", .target = "velocity"}, 0.0, 1.0}};
    for (const Case& c : cases) {
        const auto problem = problem_of(c.architecture, {1.0}, {0.1}, c.objective, c.noise, c.data);
        const auto refused = dynamics::make_variance_route("closed-form", {}, problem);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::usage);
        CHECK(refused.error().message.find("solver = \"auto\"") != std::string::npos);
        const auto made = dynamics::make_variance_route("auto", {}, problem);
        REQUIRE(made);
        CHECK((*made)->name() == "quadrature");
    }
    const auto closed = dynamics::make_variance_route("auto", {}, problem_of("one-layer", {1.0}, {0.1}));
    REQUIRE(closed);
    CHECK((*closed)->name() == "closed-form");
}

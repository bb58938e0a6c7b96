#include "eigenflow/model/training_clock.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>

#include "long_double.hpp"

using eigenflow::model::TrainingClock;
using eigenflow::tests::needs_64_bits;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

double factor(const TrainingClock& clock, double kappa) {
    return clock.relaxation_sign(kappa) * std::exp(clock.log_relaxation(kappa));
}

}  // namespace

TEST_CASE("T-16 clock: gradient flow knows the product of learning rate and time only") {
    const TrainingClock clock = TrainingClock::flow(3.0);
    CHECK(clock.eta() == 0.0);
    CHECK(clock.eta_tau() == 3.0);
    CHECK(clock.log_relaxation(2.0) == -6.0);
    CHECK(clock.relaxation_sign(1e9) == 1.0);
    CHECK_FALSE(clock.unstable(1e300));
}

TEST_CASE("T-10 clock: n steps multiply a distance by (1 - eta kappa)^n, sign included" * needs_64_bits()) {
    for (const double x : {1e-12, 0.1, 0.5, 0.999, 1.001, 1.5, 1.999, 2.0}) {
        for (const double n : {0.0, 1.0, 2.0, 7.0, 100.0}) {
            const TrainingClock clock = TrainingClock::descent(0.25, n);
            const double kappa = x / 0.25;
            const long double exact =
                std::pow(1.0L - static_cast<long double>(0.25) * kappa, static_cast<long double>(n));
            // The exponent n ln|1 − x| carries 2 ε of itself into the power.
            const double bound = eps * (2.0 + 2.0 * std::abs(clock.log_relaxation(kappa)));
            CHECK_MESSAGE(std::abs(factor(clock, kappa) - static_cast<double>(exact)) <=
                              bound * std::abs(static_cast<double>(exact)),
                          "eta kappa = " << x << ", n = " << n);
        }
    }
}

TEST_CASE("T-10 clock: one step of eta kappa = 1 lands on the optimum, and no step stays where it is") {
    CHECK(factor(TrainingClock::descent(0.5, 1.0), 2.0) == 0.0);
    CHECK(factor(TrainingClock::descent(0.5, 0.0), 2.0) == 1.0);
    CHECK(factor(TrainingClock::descent(0.5, 0.0), 1e300) == 1.0);
}

TEST_CASE("T-10 clock: unstable beyond eta kappa = 2, where the factor is 1 in size") {
    const TrainingClock clock = TrainingClock::descent(0.5, 9.0);
    CHECK_FALSE(clock.unstable(4.0));
    CHECK(clock.unstable(std::nextafter(4.0, 5.0)));
    CHECK(factor(clock, 4.0) == -1.0);
}

TEST_CASE("T-10 clock: ever smaller steps approach gradient flow in first order") {
    // n ln(1 − x/n) = −x − x²/(2n) − x³/(3n²) − …
    const double x = 3.0;
    for (const double n : {1e3, 1e4, 1e5, 1e6}) {
        const double gap =
            TrainingClock::descent(1.0 / n, n).log_relaxation(x) - TrainingClock::flow(1.0).log_relaxation(x);
        CHECK(std::abs(gap + x * x / (2.0 * n)) <= x * x * x / (2.0 * n * n) + 4.0 * eps * x);
    }
}

// Do 95 % intervals hold the truth 95 times in 100? 500 synthetic data sets each: the binomial standard deviation is
// 0.97 %, and a calibrated interval is outside 93 … 97 % for one seed in 25. The pooled coverage over eight seeds of
// the censored case is 95.4 % (472 to 479 of 500, and once 488).
#include <doctest/doctest.h>

#include <cmath>

#include "analysis/synthetic_laws.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;
using numerics::RandomStream;
using synthetic::censor;
using synthetic::covers;
using synthetic::fit;
using synthetic::law;

namespace {

constexpr int sets = 500, modes = 64, resamples = 400;

void check_coverage(int covered) {
    CAPTURE(covered);
    CHECK(covered >= 0.93 * sets);
    CHECK(covered <= 0.97 * sets);
}

}  // namespace

TEST_CASE("T-21 coverage of ols: Student's t and the bootstrap") {
    RandomStream random(41);
    int student = 0, bootstrap = 0;
    for (int set = 0; set < sets; ++set) {
        const auto rows = law(modes, 4.0, 1.0, 1.0, 0.3, random);
        student += covers(fit(rows, "ols"), 1.0);
        bootstrap += covers(fit(rows, "ols", resamples, 2), 1.0);
    }
    check_coverage(student);
    check_coverage(bootstrap);
}

TEST_CASE("T-21 coverage of censored, a third of the modes censored: observed information and the bootstrap") {
    RandomStream random(5);
    int information = 0, bootstrap = 0;
    for (int set = 0; set < sets; ++set) {
        auto rows = law(modes, 4.0, 1.0, 1.0, 0.3, random);
        censor(rows, std::exp(6.0));
        information += covers(fit(rows, "censored"), 1.0);
        bootstrap += covers(fit(rows, "censored", resamples, 2), 1.0);
    }
    check_coverage(information);
    check_coverage(bootstrap);
}

TEST_CASE("T-21 coverage of lambda_0 by its profile interval, and of the exponent beside it") {
    RandomStream random(47);
    int floor = 0, exponent = 0;
    for (int set = 0; set < sets; ++set) {
        auto rows = law(modes, 4.0, 1.0, 1.0, 0.1, random);
        for (Emergence& e : rows) e.tau_star *= e.target_variance / (e.target_variance + 1e-3);
        const PowerLaw found = fit(rows, "floor");
        floor += found.floor_ci_low <= 1e-3 && 1e-3 <= found.floor_ci_high;
        exponent += covers(found, 1.0);
    }
    check_coverage(floor);
    check_coverage(exponent);
}

TEST_CASE("T-21 coverage of weighted fits, where tau* is known to 2 to 40 % and scatters by 10 %") {
    RandomStream random(53);
    for (const char* estimator : {"ols", "robust", "censored"}) {
        int covered = 0;
        double weighted_error2 = 0.0, plain_error2 = 0.0;
        for (int set = 0; set < sets; ++set) {
            auto rows = law(modes, 4.0, 1.0, 1.0, 0.1, random);
            for (int i = 0; i < modes; ++i) {
                Emergence& e = rows[static_cast<std::size_t>(i)];
                const double relative_se = 0.02 * std::pow(20.0, i / (modes - 1.0));
                e.tau_star *= std::exp(relative_se * random.normal());
                e.tau_star_se = relative_se * e.tau_star;
            }
            if (estimator == std::string("censored")) censor(rows, std::exp(7.0));
            const PowerLaw found = fit(rows, estimator);
            covered += covers(found, 1.0);
            weighted_error2 += std::pow(found.exponent - 1.0, 2) / sets;
            for (Emergence& e : rows) e.tau_star_se = std::nan("");
            plain_error2 += std::pow(fit(rows, estimator).exponent - 1.0, 2) / sets;
        }
        CAPTURE(estimator);
        CAPTURE(std::sqrt(plain_error2 / weighted_error2));
        check_coverage(covered);
        CHECK(plain_error2 > weighted_error2);  // what the weights are for
    }
}

// Samples that come from the same noise at every checkpoint: errors of τ* with correlated errors of variances.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/numerics/random.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;

namespace {

/// One mode that rises from 0.01 to 1 at rate 1, from 20,001 samples; errors of samples i < j are correlated by
/// rho^(j − i).
Trajectories rising(double rho) {
    Trajectories t;
    t.target = {1.0};
    for (int i = 0; i < 16; ++i) {
        const double tau = i == 0 ? 0.0 : 1e-3 * std::pow(1.7, i - 1);
        t.tau.push_back(tau);
        t.variance.push_back(0.01 - 0.99 * std::expm1(-tau));
        t.standard_error.push_back(t.variance.back() * std::sqrt(2.0 / 20'000.0));
        t.previous_correlation.push_back(i == 0 ? std::nan("") : rho);
        t.first_correlation.push_back(i == 0 ? std::nan("") : std::pow(rho, i));
    }
    return t;
}

Emergence emergence(const Trajectories& t, Criterion criterion, double smoothing) {
    return find_emergence(t, {.thresholds = {criterion}, .smoothing = smoothing}, Threads(1)).at(0);
}

Trajectories replicate(const Trajectories& truth, double rho, numerics::RandomStream& random) {
    Trajectories t = truth;
    double z = random.normal();
    for (std::size_t j = 0; j < t.times(); ++j) {
        t.variance[j] += truth.standard_error[j] * z;
        z = rho * z + std::sqrt(1.0 - rho * rho) * random.normal();
    }
    return t;
}

}  // namespace

TEST_CASE("T-21 se of tau* is the scatter of tau* where checkpoints share their noise") {
    constexpr int replicates = 2000;
    for (const double rho : {0.7, 0.98}) {
        const Trajectories truth = rising(rho);
        for (const Criterion criterion : {Criterion::geometric, Criterion::harmonic, Criterion::arithmetic}) {
            for (const double smoothing : {0.0, 1.0}) {
                numerics::RandomStream random(7, static_cast<std::uint64_t>(criterion));
                double sum = 0.0, squares = 0.0;
                for (int r = 0; r < replicates; ++r) {
                    const double tau = emergence(replicate(truth, rho, random), criterion, smoothing).tau_star;
                    sum += tau;
                    squares += tau * tau;
                }
                const double mean = sum / replicates;
                const double spread = std::sqrt(squares / replicates - mean * mean);
                CAPTURE(rho);
                CAPTURE(name_of(criterion));
                CAPTURE(smoothing);
                // 4 standard errors of the spread, and 2 % for the curvature of τ* in the errors, which are 1 %.
                const double found = emergence(truth, criterion, smoothing).tau_star_se;
                CHECK(std::abs(found / spread - 1.0) <= 4.0 / std::sqrt(2.0 * replicates) + 0.02);
            }
        }
    }
}

TEST_CASE("T-21 correlations of 0, unknown ones and none at all are independent errors") {
    const Trajectories zero = rising(0.0);
    Trajectories none = zero, unknown = zero;
    none.previous_correlation.clear();
    none.first_correlation.clear();
    for (double& r : unknown.previous_correlation) r = std::nan("");
    for (double& r : unknown.first_correlation) r = std::nan("");
    const double expected = emergence(none, Criterion::geometric, 1.0).tau_star_se;
    CHECK(emergence(zero, Criterion::geometric, 1.0).tau_star_se == expected);
    CHECK(emergence(unknown, Criterion::geometric, 1.0).tau_star_se == expected);
}

#include "eigenflow/dynamics/variance_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "dense_variances.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using dynamics::RouteCounts;
using dynamics::VarianceBlock;
using dynamics::VarianceTable;
using tests::random_variances;
using tests::same_bytes;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

/// ln λ̃ = f(ln λ, τ), known to `error` of each point; variances() are these less 1, so that one sees who computed them.
struct Given {
    std::function<double(double log_lambda, double tau)> f;
    double error = 0.0;
};
class GivenRoute final : public dynamics::SmoothRoute {
public:
    GivenRoute(Given given, std::vector<double> lambda) : given_(std::move(given)), lambda_(std::move(lambda)) {}
    std::string_view name() const override { return "given"; }
    VarianceBlock variances(std::span<const double> tau, model::ModeRange modes) const override {
        VarianceBlock block;
        block.variance.resize(tau.size() * modes.count);
        block.error.resize(block.variance.size());
        block.counts = deviations(tau, modes, block.variance, block.error);
        for (std::size_t i = 0; i < block.variance.size(); ++i) {
            const double lambda = lambda_[modes.first + i % modes.count];
            block.variance[i] = std::exp(log_reference(lambda) + block.variance[i] - 1.0);
        }
        return block;
    }
    std::vector<double> limit_variances() const override { return {}; }
    double log_reference(double lambda) const override { return std::log(lambda); }
    RouteCounts deviations(std::span<const double> tau, model::ModeRange modes, std::span<double> deviation,
                           std::span<double> error) const override {
        for (std::size_t i = 0; i < deviation.size(); ++i) {
            const double x = std::log(lambda_[modes.first + i % modes.count]);
            deviation[i] = given_.f(x, tau[i / modes.count]) - x;
            error[i] = given_.error;
        }
        return {.evaluations = deviation.size()};
    }
    bool sweeps() const override { return false; }
    std::unique_ptr<const SmoothRoute> at_variances(std::span<const double> lambda, std::size_t) const override {
        return std::make_unique<GivenRoute>(given_, std::vector<double>(lambda.begin(), lambda.end()));
    }

private:
    Given given_;
    std::vector<double> lambda_;
};

const std::vector<double> three_times = {0.0, 0.5, 2.0};

VarianceTable table_of(const Given& given, const std::vector<double>& lambda) {
    const auto problem = tests::with_variances(tests::problem_of("one-layer", {1.0}, {0.1}), lambda);
    return dynamics::variance_table(*problem.network, GivenRoute(given, lambda), three_times, Threads(1));
}

/// The largest distance of ln λ̃ from f.
double worst_of(const VarianceTable& table, const Given& given, const std::vector<double>& lambda) {
    double worst = 0.0;
    for (std::size_t i = 0; i < table.variance.size(); ++i) {
        const double expected = given.f(std::log(lambda[i % lambda.size()]), three_times[i / lambda.size()]);
        worst = tests::worse(worst, std::abs(std::log(table.variance[i]) - expected));
    }
    return worst;
}

// Poles of the given function of ln λ at ± `strip` i.
Given with_poles(double strip) {
    return {[strip](double x, double tau) { return 1.0 + tau / (1.0 + (x - 1.0) * (x - 1.0) / (strip * strip)); }};
}

}  // namespace

TEST_CASE("T-11 interpolated variances: an analytic function of ln lambda costs 32 points a panel") {
    const std::vector<double> lambda = random_variances(500, 1.0, 8.0, 1);
    const Given given = with_poles(1.5);
    const VarianceTable table = table_of(given, lambda);
    CHECK(table.interpolated == 500);
    CHECK(table.counts.evaluations == 32 * three_times.size());
    // The estimate, and rounding: ln λ to ε (|ln λ| < 2.1) with slope ≤ 2, sums of 32 terms, exponential and logarithm.
    double worst = 0.0;
    for (const double error : table.error) worst = std::max(worst, error);
    CHECK(worst_of(table, given, lambda) <= worst + 64.0 * eps);
    CHECK(worst <= 1e-13 * 3.0);  // of ln λ̃ < 3
    CHECK(table.counts.worst_error == worst);
}

TEST_CASE("T-11 interpolated variances: where the strip is narrow points are doubled, and then the panel is given up") {
    const std::vector<double> lambda = random_variances(500, 1.0, 8.0, 2);
    struct Case {
        double strip;
        std::size_t points;
    };
    // Half a panel is 1.04 in ln λ, so coefficients fall by 2.3, 1.6 and 1.05: 1e-13 takes 36, 64 and 600 of them.
    for (const Case c : {Case{0.95, 63}, Case{0.5, 125}}) {
        const Given given = with_poles(c.strip);
        const VarianceTable table = table_of(given, lambda);
        CHECK(table.interpolated == 500);
        CHECK(table.counts.evaluations == c.points * three_times.size());
        CHECK(worst_of(table, given, lambda) <= table.counts.worst_error + 64.0 * eps);
    }
    const Given narrow = with_poles(0.05);
    const VarianceTable direct = table_of(narrow, lambda);
    CHECK(direct.interpolated == 0);
    CHECK(direct.variance == GivenRoute(narrow, lambda).variances(three_times, {0, 500}).variance);
    // It has seen at 32 points that 125 will not do.
    CHECK(direct.counts.evaluations == (500 + 32) * three_times.size());
    // 125 points need 250 modes.
    const std::vector<double> fewer(lambda.begin(), lambda.begin() + 249);
    CHECK(table_of(with_poles(0.5), fewer).interpolated == 0);
}

TEST_CASE(
    "T-11 interpolated variances: a panel is given up for a kink, a jump, a number that is not finite, a bad point") {
    const std::vector<double> lambda = random_variances(300, 1.0, 8.0, 3);
    const auto direct = [&](const Given& given) {
        const VarianceTable table = table_of(given, lambda);
        const VarianceBlock expected = GivenRoute(given, lambda).variances(three_times, {0, 300});
        CHECK(same_bytes(table.variance, expected.variance));
        CHECK(same_bytes(table.error, expected.error));
        return table.interpolated == 0;
    };
    for (const double at : {0.01, 0.5, 1.03, 2.07}) {
        INFO("at ln lambda = " << at);
        CHECK(direct({[at](double x, double tau) { return 1.0 + tau * std::abs(x - at); }}));
        CHECK(direct({[at](double x, double tau) { return tau * (x < at ? 1.0 : 2.0); }}));
        // At one time of three, and at the ends of the panel alone.
        CHECK(direct({[at](double x, double tau) { return tau == 0.5 ? std::abs(x - at) : x; }}));
    }
    constexpr double infinity = std::numeric_limits<double>::infinity();
    CHECK(direct({[](double x, double) { return x > 2.07 ? infinity : x; }}));
    CHECK(direct({[](double x, double) { return x < 0.01 ? std::numeric_limits<double>::quiet_NaN() : x; }}));
    // 1 + (2/π) ln 31 = 3.2 times 2.6e-13 is more than 0.9e-12 less 1e-13.
    const auto smooth = [](double x, double) { return std::cos(x); };
    CHECK(direct({smooth, 2.6e-13}));
    CHECK(direct({smooth, infinity}));
    CHECK_FALSE(table_of(Given{smooth, 2.4e-13}, lambda).interpolated == 0);
    CHECK(table_of(Given{smooth, 2.4e-13}, lambda).counts.worst_error <= 0.9e-12);
}

// The story: a turning point that enters at the end of an interval leaves a kink there, of coefficients near 1e-10 that
// looked as if a few more points would do, and 125 of them were tried (43 % more evaluations than without a table).
TEST_CASE("T-11 interpolated variances: coefficients that are small but do not fall are seen at 32 points") {
    const std::vector<double> lambda = random_variances(300, 1.0, 8.0, 5);
    for (const double kink : {7.9993, 7.99}) {
        const Given given = {[kink](double x, double tau) {
            const double beyond = std::max(0.0, std::exp(x) - kink);
            return x + 0.003 * tau * beyond * beyond;
        }};
        const VarianceTable table = table_of(given, lambda);
        CHECK(table.interpolated == 0);
        CHECK(table.counts.evaluations == (300 + 32) * three_times.size());
    }
}

TEST_CASE("T-11 interpolated variances: sparse panels stay direct") {
    for (const std::size_t modes : {std::size_t{1}, std::size_t{2}, std::size_t{63}}) {
        const std::vector<double> lambda = random_variances(modes, 1.0, 8.0, 4);
        const Given given = with_poles(1.5);
        const VarianceTable table = table_of(given, lambda);
        CHECK(table.interpolated == 0);
        CHECK(table.variance == GivenRoute(given, lambda).variances(three_times, {0, modes}).variance);
        CHECK(table.counts.evaluations == modes * three_times.size());
    }
    CHECK(table_of(with_poles(1.5), random_variances(64, 1.0, 8.0, 4)).interpolated == 64);
    CHECK(table_of(with_poles(1.5), random_variances(64, 1.0, 9.0, 4)).interpolated == 0);  // two panels share them
}

#include "../dense_functions.hpp"
#include "../worst_error.hpp"
#include "eigenflow/numerics/gauss_legendre.hpp"
#include "matrix_case.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using Eigen::MatrixXd;

namespace {

// Over the training times.
double worst_error(const Generated& result, const Generated& best) {
    double worst = 0.0;
    for (std::size_t i = 0; i < best.covariance.size(); ++i) {
        worst = worse(worst, covariance_error(result.covariance[i], best.covariance[i]));
    }
    return worst;
}

}  // namespace

TEST_CASE("T-19 tolerance: a coupling that sets in within a panel") {
    std::vector<double> tau;
    for (int i = 0; i < 14; ++i) tau.push_back(1e-3 * std::pow(2.0, i));
    tau.insert(tau.begin(), 0.0);
    dynamics::MatrixRequest request = random_request(6, tau);
    dynamics::MatrixRequest uniform = request;
    uniform.flow.uniform_panels = 250;  // of length 0.04: (0.04/0.5)^9 of what one of 0.5 has
    const Generated best = generated(uniform);
    for (const double tolerance : {1e-7, 2e-10, 1e-12}) {
        CAPTURE(tolerance);
        request.flow.tolerance = tolerance;
        const Generated result = generated(request);
        CHECK(worst_error(result, best) < tolerance + 1e-12);
    }
}

// One mode, whose variance is that of its weight alone: ln λ̃ = 2 ln σ_T − 2 ∫ (1 − w) d ln σ, w from the 2 × 2 problem
// of weight and bias. A mean this small couples too weakly for brackets to shorten panels: with four nodes, and an
// estimate from their bends, 2e-9 were lost and 2e-12 told.
TEST_CASE("T-18 T-19 tolerance: the weights of a small mean set in within a panel") {
    struct Case {
        double mean, start;
    };
    for (const Case& c : {Case{1e-6, 0.3}, Case{1e-3, 3.0}, Case{1e-3, 10.0}, Case{0.1, -3.0}}) {
        const double mean = c.mean, start = c.start;
        CAPTURE(mean);
        CAPTURE(start);
        dynamics::MatrixRequest request = random_request(1, {0.01, 0.1, 1.0});
        request.problem.lambda = {1.0};
        request.problem.mean = {mean};
        request.problem.layers = {.width = 1, .first = {start}, .second = {}, .bias = {0.0}};
        const Generated result = generated(request);
        const auto rate = [&](double log_sigma, double tau) {
            const double h = 1.0 + std::exp(2.0 * log_sigma);
            MatrixXd s(2, 2);
            s << h + mean * mean, mean, mean, 1.0;
            const Eigen::RowVector2d from(start - 1.0 / h, -(1.0 - 1.0 / h) * mean);
            return 1.0 - 1.0 / h - (from * exponential(-2.0 * tau * s))[0];
        };
        const double low = std::log(request.problem.data.value);
        const double high = std::log(request.problem.noise.value);
        const auto& rule = numerics::gauss_legendre<16>();
        constexpr int panels = 100;  // of length 0.1, over which e^(−2τσ²) is a polynomial of degree 31 to 1e-20
        for (std::size_t i = 0; i < request.tau.size(); ++i) {
            double integral = 0.0;
            for (int p = 0; p < panels; ++p) {
                for (std::size_t q = 0; q < rule.size; ++q) {
                    const double x = low + (high - low) / panels * (p + 0.5 * (1.0 + rule.nodes[q]));
                    integral += 0.5 * (high - low) / panels * rule.weights[q] * rate(x, request.tau[i]);
                }
            }
            CHECK(std::abs(std::log(result.covariance[i](0, 0)) - 2.0 * (high - integral)) < 2e-11);
        }
    }
}

TEST_CASE("T-19 tolerance: the estimate is above the error, and both follow the tolerance") {
    dynamics::MatrixRequest request = random_request(6, {0.0, 0.02, 0.5, 5.0});
    dynamics::MatrixRequest fine = request;
    fine.flow.tolerance = 1e-13;
    const Generated best = generated(fine);
    for (const double tolerance : {1e-6, 1e-8, 1e-10}) {
        CAPTURE(tolerance);
        request.flow.tolerance = tolerance;
        const Generated result = generated(request);
        CHECK(worst_error(result, best) < 10.0 * tolerance);
        CHECK(result.simulation.modes.counts.worst_error < 2.0 * tolerance);
        CHECK(result.simulation.modes.imprecise_count() == 0);
    }
}

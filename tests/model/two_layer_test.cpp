#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "layered_case.hpp"
#include "reference_table.hpp"
#include "worst_error.hpp"

using namespace eigenflow;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

}  // namespace

// TwoLayer promises (16 + 4 k ητ) ε of w − w* and of w, where |w − w*| is w's scale if Q and w* have different signs.
TEST_CASE("T-5 untied two-layer weights against mpmath") {
    double worst_weight = 0.0;
    double worst_deviation = 0.0;
    std::size_t rows = 0;
    for (const auto& row : tests::reference_table("two_layer.csv")) {
        const double init = row.number("init");
        const double c = row.number("imbalance");
        const double h = row.number("h");
        const double m = row.number("m");
        const double eta_tau = row.number("eta_tau");
        const double weight = row.number("weight");
        const double deviation = row.number("deviation");
        const auto network = tests::layered_network({.architecture = "two-layer", .init = {init}, .imbalance = c});
        const auto w = tests::trained(*network, tests::terms_of(h, m), eta_tau);
        const double exponent = 2.0 * eta_tau * std::hypot(2.0 * m, c * h);
        // w* = m/h is rounded once, and so is Q − w* where they nearly agree.
        const double rounded = std::abs(m / h) / std::abs(init - m / h);
        const double promise = (16.0 + 4.0 * exponent) * eps;
        const double scale = init * m < 0.0 ? std::abs(weight) + std::abs(deviation) : std::abs(weight);
        const double weight_error = std::abs(w.weight - weight) / (scale * promise);
        const double deviation_error = std::abs(w.deviation / deviation - 1.0) / (promise + rounded * eps);
        CAPTURE(row.text("init") + " " + row.text("imbalance") + " " + row.text("m") + " " + row.text("eta_tau"));
        CHECK(weight_error <= 1.0);
        CHECK(deviation_error <= 1.0);
        worst_weight = tests::worse(worst_weight, weight_error);
        worst_deviation = tests::worse(worst_deviation, deviation_error);
        ++rows;
    }
    CHECK(rows > 300);
    MESSAGE("of the promise: weight " << worst_weight << ", deviation " << worst_deviation << " in " << rows);
}

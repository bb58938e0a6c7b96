#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "layered_case.hpp"
#include "long_double.hpp"
#include "reference_table.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using tests::needs_64_bits;
using tests::terms_of;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

struct Row {
    int depth;
    double init, optimum, progress, weight, deviation;
    double x0() const { return init / std::abs(optimum); }
    double x() const { return weight / std::abs(optimum); }
    double distance() const { return std::abs(deviation / optimum); }
};

// By how much a relative change of θ, and of T₀ when it is read from Q, changes V = ln x − ln|1 − x| (T' = dT/dV): what
// rounding the inputs alone does, in units of ε.
double condition(const Row& row) {
    const double alpha = 1.0 - 2.0 / row.depth;
    const double theta = row.progress * std::pow(std::abs(row.optimum), 1.0 + alpha);
    const double start = row.optimum > 0.0 && row.x0() < 1.0 ? std::pow(row.x0(), -alpha) / alpha : 0.0;
    const double slope = row.optimum < 0.0 ? std::pow(row.x(), -1.0 - alpha) / (1.0 + 1.0 / row.x())
                         : row.x0() < 1.0  ? std::pow(row.x(), -alpha)
                                           : std::pow(row.x(), -1.0 - alpha);
    return (start + theta) / slope;
}

Row row_of(const tests::ReferenceRow& row) {
    return {static_cast<int>(row.number("depth")),
            row.number("init"),
            row.number("optimum"),
            row.number("progress"),
            row.number("weight"),
            row.number("deviation")};
}

}  // namespace

// UniversalCurve and Deep promise: w and w − w* to (80 + 16 condition) ε.
TEST_CASE("T-6 the universal curve of each depth against mpmath" * needs_64_bits()) {
    std::map<int, std::vector<Row>> rows_of_depth;
    for (const auto& line : tests::reference_table("deep_curve.csv")) {
        const Row row = row_of(line);
        rows_of_depth[row.depth].push_back(row);
    }
    double worst_weight = 0.0;
    double worst_deviation = 0.0;
    double worst_plain = 0.0;
    std::size_t rows = 0;
    for (const auto& [depth, rows_here] : rows_of_depth) {
        std::vector<double> init;
        for (const Row& row : rows_here) init.push_back(row.init);
        const auto network = tests::layered_network({.architecture = "deep", .init = init, .depth = depth});
        for (std::size_t k = 0; k < rows_here.size(); ++k, ++rows) {
            const Row& row = rows_here[k];
            // h = 1 and m = w*: progress = 2ωL h ητ.
            const auto w = tests::trained(*network, terms_of(1.0, row.optimum), row.progress / (2.0 * depth), k);
            const double promise = (80.0 + 16.0 * condition(row)) * eps;
            const double weight_error = std::abs(w.weight / row.weight - 1.0);
            const double deviation_error = std::abs(w.deviation / row.deviation - 1.0);
            CAPTURE(row.depth);
            CAPTURE(row.init);
            CAPTURE(row.optimum);
            CHECK(weight_error <= promise);
            CHECK(deviation_error <= promise);
            worst_weight = tests::worse(worst_weight, weight_error / promise);
            worst_deviation = tests::worse(worst_deviation, deviation_error / promise);
            if (condition(row) < 1.0)
                worst_plain = tests::worse(tests::worse(worst_plain, weight_error), deviation_error);
        }
    }
    CHECK(rows == 360);
    MESSAGE("of the promise: weight " << worst_weight << ", deviation " << worst_deviation
                                      << "; where condition < 1: " << worst_plain);
}

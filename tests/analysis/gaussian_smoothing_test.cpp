// The literature's smoothing, against SciPy.
#include "eigenflow/analysis/gaussian_smoothing.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "reference_table.hpp"

using namespace eigenflow;
using analysis::gaussian_kernel;
using analysis::gaussian_smoothed;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

/// Roundings of two sums of positive terms, each weight and its normalisation included, here and in SciPy.
double rounding(double sigma) { return 2.0 * (2.0 * static_cast<double>(gaussian_kernel(sigma).size()) + 4.0) * eps; }

}  // namespace

TEST_CASE("smoothing equals scipy.ndimage.gaussian_filter1d, for series shorter than the kernel too") {
    struct Series {
        std::vector<double> value, smoothed;
    };
    std::map<std::pair<double, double>, Series> table;
    for (const tests::ReferenceRow& row : tests::reference_table("gaussian_smoothing.csv")) {
        Series& series = table[{row.number("size"), row.number("sigma")}];
        series.value.push_back(row.number("value"));
        series.smoothed.push_back(row.number("smoothed"));
    }
    REQUIRE(table.size() == 16);
    for (const auto& entry : table) {
        const double sigma = entry.first.second;
        const Series& series = entry.second;
        const auto smooth = gaussian_smoothed(series.value, sigma);
        REQUIRE(smooth.size() == series.value.size());
        for (std::size_t i = 0; i < smooth.size(); ++i) {
            CAPTURE(sigma);
            CAPTURE(smooth.size());
            CAPTURE(i);
            CHECK(std::abs(smooth[i] / series.smoothed[i] - 1.0) <= rounding(sigma));
        }
    }
}

TEST_CASE("smoothing by 0 leaves every bit, and no sigma changes a constant") {
    const std::vector<double> value = {3.0, 0.1, 1e-300, 7.0};
    CHECK(gaussian_smoothed(value, 0.0) == value);
    for (const double sigma : {0.01, 0.3, 2.0, 50.0}) {
        for (const double v : gaussian_smoothed(std::vector<double>(9, 0.7), sigma)) {
            CHECK(std::abs(v / 0.7 - 1.0) <= rounding(sigma));
        }
    }
    CHECK(gaussian_smoothed(std::vector<double>{}, 2.0).empty());
}

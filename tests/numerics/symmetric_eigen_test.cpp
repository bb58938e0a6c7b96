#include "eigenflow/numerics/symmetric_eigen.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <vector>

namespace {

using namespace eigenflow;
using Complex = std::complex<double>;

}  // namespace

TEST_CASE("symmetric_eigen: 2 x 2 by the quadratic formula, rising, from the lower triangle") {
    // [2 1; 1 4]: 3 ± √2. The upper entry is not read.
    const auto eigen = numerics::symmetric_eigen(std::vector{2.0, 1.0, 1e300, 4.0}, 2);
    CHECK(eigen.values[0] == doctest::Approx(3.0 - std::sqrt(2.0)).epsilon(1e-15));
    CHECK(eigen.values[1] == doctest::Approx(3.0 + std::sqrt(2.0)).epsilon(1e-15));
    for (std::size_t k = 0; k < 2; ++k) {
        const double x = eigen.vectors[2 * k];
        const double y = eigen.vectors[2 * k + 1];
        CHECK(std::hypot(x, y) == doctest::Approx(1.0).epsilon(1e-15));
        CHECK(2.0 * x + y == doctest::Approx(eigen.values[k] * x).epsilon(1e-14));
    }
}

TEST_CASE("symmetric_eigen: Hermitian, values alone") {
    // [1 −i; i 1] has 0 and 2; the vector of 2 is (−i, 1)/√2 up to a phase.
    const std::vector<Complex> matrix{1.0, {0.0, 1.0}, {0.0, -1.0}, 1.0};
    const auto both = numerics::symmetric_eigen(matrix, 2);
    CHECK(std::abs(both.values[0]) < 1e-15);
    CHECK(both.values[1] == doctest::Approx(2.0).epsilon(1e-15));
    const Complex ratio = both.vectors[2] / both.vectors[3];
    CHECK(std::abs(ratio - Complex(0.0, -1.0)) < 1e-14);
    const auto alone = numerics::symmetric_eigen(matrix, 2, numerics::EigenParts::values);
    CHECK(alone.vectors.empty());
    CHECK(alone.values[1] == doctest::Approx(both.values[1]).epsilon(1e-15));
}

#include "../../src/data/symmetric_values.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "eigenflow/numerics/symmetric_eigen.hpp"
#include "random_vectors.hpp"

using namespace eigenflow;
using namespace eigenflow::data;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

double norm(const std::vector<double>& matrix) {
    double sum = 0.0;
    for (const double entry : matrix) sum += entry * entry;
    return std::sqrt(sum);
}

// HΛH of a Householder rotation H = I − 2vvᵀ/vᵀv: its eigenvalues are λ, but for the rounding of 4 products.
std::vector<double> rotated(const std::vector<double>& lambda) {
    const std::size_t d = lambda.size();
    const auto v = random_vectors(1, d, 31);
    double norm2 = 0.0;
    double mean = 0.0;  // vᵀΛv/vᵀv
    for (std::size_t j = 0; j < d; ++j) norm2 += v[j] * v[j];
    for (std::size_t j = 0; j < d; ++j) mean += v[j] * v[j] * lambda[j] / norm2;
    std::vector<double> matrix(d * d, 0.0);
    for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t j = 0; j < d; ++j) {
            matrix[i * d + j] =
                (i == j ? lambda[j] : 0.0) + 2 * v[i] * v[j] / norm2 * (2 * mean - lambda[i] - lambda[j]);
        }
    }
    return matrix;
}

std::vector<double> random_symmetric(std::size_t d) {
    auto matrix = random_vectors(d, d, 32);
    for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t j = 0; j < i; ++j) matrix[j * d + i] = matrix[i * d + j];
    }
    return matrix;
}

// Each of about d/32 panels and d sweeps is a similarity to within a few eps ‖A‖_F; d eps ‖A‖_F is what the header
// promises, and as much again is for the other side.
void check_values(const std::vector<double>& found, std::vector<double> expected, const std::vector<double>& matrix) {
    std::sort(expected.begin(), expected.end());
    REQUIRE(found.size() == expected.size());
    double largest = 0.0;
    for (std::size_t k = 0; k < found.size(); ++k) largest = std::max(largest, std::abs(found[k] - expected[k]));
    CHECK(std::is_sorted(found.begin(), found.end()));
    CHECK(largest <= 2 * static_cast<double>(found.size()) * eps * norm(matrix));
}

constexpr std::size_t sizes[] = {1, 2, 3, 32, 33, 34, 35, 64, 65, 66, 100, 191, 193, 224, 225, 300, 530};

}  // namespace

TEST_CASE("symmetric values are those of Eigen's solver, of both signs, for every shape of the last panel") {
    for (const std::size_t d : sizes) {
        CAPTURE(d);
        const auto matrix = random_symmetric(d);
        const auto eigen = numerics::symmetric_eigen(matrix, d, numerics::EigenParts::values);
        check_values(symmetric_values(matrix, d, Threads(2)), eigen.values, matrix);
    }
}

TEST_CASE("symmetric values of matrices with known ones: graded, of low rank, repeated, diagonal") {
    for (const std::size_t d : sizes) {
        CAPTURE(d);
        std::vector<double> graded(d);
        std::vector<double> low_rank(d, 0.0);
        for (std::size_t k = 0; k < d; ++k) graded[k] = std::pow(10.0, -12.0 * double(k) / double(d));
        for (std::size_t k = 0; k < d / 5 + 1; ++k) low_rank[k] = double(k + 1);
        std::vector<double> diagonal(d * d, 0.0);
        for (std::size_t k = 0; k < d; ++k) diagonal[k * d + k] = graded[k];
        for (const auto& lambda : {graded, low_rank, std::vector<double>(d, 3.0)}) {
            const auto matrix = rotated(lambda);
            check_values(symmetric_values(matrix, d, Threads(2)), lambda, matrix);
        }
        check_values(symmetric_values(diagonal, d, Threads(2)), graded, diagonal);
    }
}

TEST_CASE("symmetric values have the same bytes for any number of threads") {
    const std::size_t d = 700;  // several tasks a panel, and groups of sweeps that wait for each other
    const auto matrix = random_symmetric(d);
    const auto one = symmetric_values(matrix, d, Threads(1));
    for (const unsigned threads : {2U, 3U, 4U, 7U}) {
        const auto more = symmetric_values(matrix, d, Threads(threads));
        CHECK(std::memcmp(one.data(), more.data(), d * sizeof(double)) == 0);
    }
}

TEST_CASE("symmetric values scale with the matrix, from the smallest doubles to the largest") {
    const std::size_t d = 130;
    const auto matrix = random_symmetric(d);
    const auto values = symmetric_values(matrix, d, Threads(1));
    for (const int exponent : {-900, 900}) {
        auto scaled = matrix;
        for (double& entry : scaled) entry = std::ldexp(entry, exponent);
        const auto found = symmetric_values(scaled, d, Threads(1));
        for (std::size_t k = 0; k < d; ++k) CHECK(found[k] == std::ldexp(values[k], exponent));
    }
    const std::vector<double> denormal = {5e-324, 0.0, 0.0, 0.0};
    CHECK(symmetric_values(denormal, 2, Threads(1)) == std::vector{0.0, 5e-324});
    CHECK(symmetric_values(std::vector<double>(9, 0.0), 3, Threads(1)) == std::vector<double>(3, 0.0));
}

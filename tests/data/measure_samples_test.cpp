#include "eigenflow/data/measure_samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "eigenflow/data/image_patches.hpp"
#include "random_vectors.hpp"

using namespace eigenflow;
using namespace eigenflow::data;

namespace {

constexpr std::size_t dimension = 40;

MeasureBasis basis_of(std::optional<int> top = {}) {
    const auto source = source_of(random_vectors(300, dimension, 1), dimension);
    return std::move(principal_basis(source, top, Threads(1))).value();
}

double orthonormality_error(const MeasureBasis& basis) {
    const std::size_t d = basis.dimension();
    double worst = 0.0;
    for (std::size_t j = 0; j < basis.modes(); ++j) {
        for (std::size_t k = 0; k <= j; ++k) {
            const double product = std::inner_product(&basis.directions[j * d], &basis.directions[j * d] + d,
                                                      &basis.directions[k * d], 0.0);
            worst = std::max(worst, std::abs(product - (j == k ? 1.0 : 0.0)));
        }
    }
    return worst;
}

}  // namespace

TEST_CASE("T-23 measured samples: the training data along their own modes are the spectrum, aligned") {
    const auto source = source_of(random_vectors(300, dimension, 1), dimension);
    const MeasureBasis basis = basis_of();
    const auto own = measure_samples(source, basis, {.leading = 10}, Threads(2));
    REQUIRE(own);
    const double rounding = 340 * 2.3e-16 * basis.spectrum.total();  // (n + d) eps tr Σ, as principal_components
    for (std::size_t k = 0; k < dimension; ++k) {
        CHECK(std::abs(own->variance[k] - basis.spectrum.variances()[k]) <= rounding);
        CHECK(std::sqrt(own->mean_deviation[k]) <= 300 * 2.3e-16);
    }
    // Off-diagonal entries are rounding: their squares beside Σ λ² are below its square.
    CHECK(std::abs(own->chi - 1.0) <= 64 * 2.3e-16);
    CHECK(std::abs(own->leading_chi - 1.0) <= 64 * 2.3e-16);
}

TEST_CASE("T-23 measured samples: the standard error of a mode's variance is that of Gaussian samples") {
    const auto own =
        measure_samples(source_of(random_vectors(300, dimension, 7), dimension), basis_of(), {}, Threads(1));
    REQUIRE(own);
    for (std::size_t k = 0; k < dimension; ++k) {
        CHECK(own->standard_error[k] == doctest::Approx(own->variance[k] * std::sqrt(2.0 / 299.0)).epsilon(1e-14));
    }
}

TEST_CASE("T-23 measured samples: float32 products keep 1e-6 of modes over four decades") {
    std::vector<double> values = random_vectors(3000, dimension, 2, 3.0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] *= std::pow(10.0, -2.0 * static_cast<double>(i % dimension) / (dimension - 1.0));
    }
    const auto source = source_of(values, dimension);
    const MeasureBasis basis = std::move(principal_basis(source, {}, Threads(1))).value();
    REQUIRE(basis.spectrum.largest() / basis.spectrum.variances()[dimension - 1] > 1e4);
    for (double& v : values) v = static_cast<float>(v);
    const auto stored = source_of(values, dimension);
    const auto exact = measure_samples(stored, basis, {.leading = 5}, Threads(2));
    const auto quick = measure_samples(stored, basis, {.leading = 5, .single_precision = true}, Threads(2));
    REQUIRE(exact);
    REQUIRE(quick);
    for (std::size_t k = 0; k < dimension; ++k) {
        CHECK(std::abs(quick->variance[k] / exact->variance[k] - 1.0) <= 1e-6);
        CHECK(quick->mean_deviation[k] == exact->mean_deviation[k]);  // double in both
    }
    CHECK(std::abs(quick->chi / exact->chi - 1.0) <= 1e-6);
}

TEST_CASE("measured samples: aligned_chi is the mean chi of aligned Gaussian samples") {
    std::vector<double> identity(dimension * dimension, 0.0);
    MeasureBasis basis = basis_of();
    for (std::size_t k = 0; k < dimension; ++k) identity[k * (dimension + 1)] = 1.0;
    basis.directions = identity;
    double mean = 0.0;
    double squares = 0.0;
    double predicted = 0.0;
    constexpr int repeats = 200;
    for (int r = 0; r < repeats; ++r) {
        const auto source = source_of(random_vectors(60, dimension, 100 + static_cast<std::uint64_t>(r)), dimension);
        const auto moments = measure_samples(source, basis, {.leading = dimension}, Threads(1));
        REQUIRE(moments);
        CHECK(moments->leading_chi == moments->chi);
        mean += moments->chi / repeats;
        squares += moments->chi * moments->chi / repeats;
        predicted += moments->aligned_chi / repeats;
    }
    // A ratio of expectations is off the expectation of the ratio by its relative variance, and squares of measured
    // variances are large by 2/n, half of which cancels.
    const double variance = squares - mean * mean;
    CHECK(std::abs(mean - predicted) <= 4.0 * std::sqrt(variance / repeats) + 2.0 * variance / mean + mean / 60.0);
}

TEST_CASE("measured samples: top components are the first of all, also by iteration") {
    const MeasureBasis all = basis_of();
    const MeasureBasis top = basis_of(7);
    REQUIRE(top.modes() == 7);
    CHECK(std::equal(top.directions.begin(), top.directions.end(), all.directions.begin()));
    // Above the largest matrix: 4100 dimensions, of which 6 have most of the variance.
    std::vector<double> wide = random_vectors(30, 4100, 5);
    const auto iterated = principal_basis(source_of(std::move(wide), 4100), 6, Threads(2));
    REQUIRE(iterated);
    CHECK(iterated->modes() == 6);
    CHECK(orthonormality_error(*iterated) <= 1e-10);  // of Ritz vectors at a residual of 1e-12, gaps above 1 %
}

TEST_CASE("measured samples: Fourier directions are orthonormal, partners mutual, blocks of whole pairs") {
    for (const std::vector<int>& shape : {std::vector<int>{24}, {4, 6}, {3, 8}, {5, 5}}) {
        const std::size_t n = static_cast<std::size_t>(shape.front() * (shape.size() == 2 ? shape.back() : 1));
        const auto basis = fourier_basis(source_of(random_vectors(50, n, 3), n), shape, Threads(1));
        REQUIRE(basis);
        CHECK(orthonormality_error(*basis) <= 8.0 * static_cast<double>(n) * 2.3e-16);
        for (std::size_t k = 0; k < n; ++k) CHECK(basis->partner[basis->partner[k]] == k);
        for (const double share : {0.05, 0.3, 0.5, 0.9, 1.0}) {
            const std::size_t block = leading_modes(*basis, share);
            for (std::size_t k = 0; k < block; ++k) CHECK(basis->partner[k] < block);
        }
    }
}

TEST_CASE("image patches: where they lie, across blocks of any size") {
    std::vector<double> pixels(3 * 5 * 4 * 2);
    std::iota(pixels.begin(), pixels.end(), 0.0);  // image, y, x, channel
    const PatchGrid grid{5, 4, 2, 2, 2};
    const auto patches = image_patches(source_of(pixels, 40), grid);
    REQUIRE(patches);
    CHECK(grid.patches() == 4);
    CHECK(patches->count == 12);
    REQUIRE(patches->dimension == 8);
    std::vector<double> all(12 * 8);
    REQUIRE(patches->read(0, 12, all));
    // Image 1, patch 3: rows 2 and 3, columns 2 and 3.
    const std::vector<double> seven = {60, 61, 62, 63, 68, 69, 70, 71};
    CHECK(std::equal(seven.begin(), seven.end(), all.begin() + 7 * 8));
    for (std::size_t first = 0; first < 12; ++first) {
        for (std::size_t count = 1; first + count <= 12; ++count) {
            std::vector<double> some(count * 8);
            REQUIRE(patches->read(first, count, some));
            CHECK(std::equal(some.begin(), some.end(), all.begin() + static_cast<std::ptrdiff_t>(first * 8)));
        }
    }
    CHECK(image_patches(source_of(pixels, 40), {5, 4, 2, 5, 1}).error().kind == ErrorKind::usage);
    CHECK(image_patches(source_of(pixels, 40), {5, 4, 3, 2, 1}).error().kind == ErrorKind::usage);
}

TEST_CASE("measured samples: what is refused") {
    const MeasureBasis basis = basis_of();
    const auto other = source_of(random_vectors(20, 30, 1), 30);
    CHECK(measure_samples(other, basis, {}, Threads(1)).error().kind == ErrorKind::file);
    const auto samples = source_of(random_vectors(20, dimension, 1), dimension);
    CHECK(measure_samples(samples, basis, {.leading = 41}, Threads(1)).error().kind == ErrorKind::usage);
    CHECK(measure_samples(samples, basis, {.cluster = 3}, Threads(1)).error().kind == ErrorKind::usage);
    const auto large = source_of(std::vector<double>(2 * 4097, 0.0), 4097);
    CHECK(fourier_basis(large, {4097}, Threads(1)).error().message.find("at most 4096") != std::string::npos);
    CHECK(principal_basis(large, 1, Threads(1)).error().message.find("all the same") != std::string::npos);
    CHECK(principal_basis(large, 2, Threads(1)).error().message.find("at most 1 modes") != std::string::npos);
    for (const int top : {0, 41}) {
        const auto beyond = principal_basis(samples, top, Threads(1));
        CHECK(beyond.error().kind == ErrorKind::usage);
        CHECK(beyond.error().message.find("it must be 1 to 40, the dimension") != std::string::npos);
    }
    const auto constant = source_of({1, 2, 1, 2, 1, 2}, 2);
    CHECK(principal_basis(constant, {}, Threads(1)).error().message.find("they have no modes") != std::string::npos);
    CHECK(fourier_basis(constant, {2}, Threads(1)).error().message.find("they have no modes") != std::string::npos);
    std::vector<double> values = random_vectors(20, dimension, 1);
    values[0] = 1e200;  // whose square is no double
    const auto overflows = measure_samples(source_of(values, dimension), basis, {}, Threads(1));
    CHECK(overflows.error().kind == ErrorKind::numerics);
    CHECK(overflows.error().message.find("scale the data down") != std::string::npos);
}

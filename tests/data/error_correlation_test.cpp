#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "eigenflow/data/error_correlation.hpp"
#include "eigenflow/numerics/random.hpp"

using namespace eigenflow;
using namespace eigenflow::data;

namespace {

constexpr std::size_t modes = 6;

MeasureBasis axes() {
    std::vector<double> directions(modes * modes, 0.0), variances;
    std::vector<std::size_t> partner;
    for (std::size_t k = 0; k < modes; ++k) {
        directions[k * modes + k] = 1.0;
        variances.push_back(static_cast<double>(modes - k));
        partner.push_back(k);
    }
    return {100, *Spectrum::principal(variances), std::vector<double>(modes, 0.0), directions, partner};
}

/// n vectors, and the same with part rho_k of the noise in coordinate k: rho_k = 0.99, 0.9, 0.8, …
struct Pair {
    VectorSource first, second;
};
double rho(std::size_t k) { return k == 0 ? 0.99 : 1.0 - 0.1 * static_cast<double>(k); }

Pair shared(std::size_t n, std::uint64_t seed, double part) {
    numerics::RandomStream random(seed);
    std::vector<double> a, b;
    for (std::size_t i = 0; i < n * modes; ++i) {
        const double r = part * rho(i % modes), z = random.normal();
        a.push_back(3.0 * z + 1.0);
        b.push_back(0.5 * (r * z + std::sqrt(1.0 - r * r) * random.normal()) - 2.0);
    }
    return {*vectors_in_memory(a, modes), *vectors_in_memory(b, modes)};
}

std::vector<double> correlation(const Pair& pair, std::size_t cluster = 1) {
    const auto a = row_contributions(pair.first, axes(), cluster, Threads(1));
    const auto b = row_contributions(pair.second, axes(), cluster, Threads(2));
    REQUIRE(a);
    REQUIRE(b);
    return error_correlation(*a, *b);
}

}  // namespace

TEST_CASE("T-23 errors of sets that share their noise are correlated as the square of their rows'") {
    const std::vector<double> r = correlation(shared(2000, 1, 1.0));
    REQUIRE(r.size() == modes);
    for (std::size_t k = 0; k < modes; ++k) {
        const double exact = rho(k) * rho(k);
        // Squares of normals: the scatter of their correlation is below 3 (1 − r²)/√rows, their kurtosis included.
        CHECK(std::abs(r[k] - exact) <= 4.0 * 3.0 * (1.0 - exact * exact) / std::sqrt(1024.0));
    }
}

TEST_CASE("T-23 independent sets, and sets of other sizes, share no noise") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) CHECK(correlation(shared(300, seed, 0.0)).empty());
    const Pair pair = shared(300, 1, 1.0), other = shared(301, 1, 1.0);
    CHECK(correlation({pair.first, other.second}).empty());
    CHECK(!correlation(pair).empty());
}

TEST_CASE("T-23 clusters count once, Fourier pairs share") {
    CHECK(correlation(shared(1200, 3, 1.0), 4).size() == modes);
    const Pair pair = shared(500, 3, 1.0);
    MeasureBasis basis = axes();
    basis.partner = {1, 0, 3, 2, 4, 5};
    const auto a = row_contributions(pair.first, basis, 1, Threads(1));
    REQUIRE(a);
    CHECK(a->rows == 500);
    for (std::size_t i = 0; i < a->rows; ++i) CHECK(a->squares[i * modes] == a->squares[i * modes + 1]);
}

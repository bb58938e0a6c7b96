#include "eigenflow/data/principal_components.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "eigenflow/numerics/parallel.hpp"
#include "random_vectors.hpp"

extern "C" void openblas_set_num_threads(int threads);
extern "C" int openblas_get_num_threads(void);

using namespace eigenflow;
using namespace eigenflow::data;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

// The header's accuracy.
double allowed(const Moments& m) {
    double trace = 0.0;
    for (std::size_t j = 0; j < m.dimension(); ++j) trace += m.covariance[j * (m.dimension() + 1)];
    return static_cast<double>(m.count + m.dimension()) * eps * trace;
}

Moments covariance_of(std::vector<double> matrix, std::size_t d) {
    return {2, std::vector<double>(d, 0.0), std::move(matrix)};
}

}  // namespace

TEST_CASE("principal components of a 2 x 2 covariance by hand") {
    // [[3, 1], [1, 3]]: 4 along (1, 1)/√2, 2 along (1, −1)/√2
    const auto p = principal_components(covariance_of({3, 1, 1, 3}, 2));
    REQUIRE(p);
    const double tolerance = 4 * 6 * eps;  // (n + d) eps tr Σ
    CHECK(std::abs(p->variances[0] - 4.0) <= tolerance);
    CHECK(std::abs(p->variances[1] - 2.0) <= tolerance);
    CHECK(std::abs(p->components[0] - std::sqrt(0.5)) <= tolerance / 2);  // over the gap, 2
    CHECK(std::abs(p->components[1] - std::sqrt(0.5)) <= tolerance / 2);
    CHECK(std::abs(p->components[2] * p->components[3] + 0.5) <= tolerance);
    CHECK(std::max(p->components[2], p->components[3]) > 0.0);
}

TEST_CASE("principal components undo the rotation of a diagonal covariance") {
    // Householder rotation H = I − 2vvᵀ of diag(λ): the components are H's rows, up to sign.
    const std::size_t d = 30;
    std::vector<double> v(d);
    for (std::size_t j = 0; j < d; ++j) v[j] = std::sin(1.0 + double(j));
    const double norm2 = std::inner_product(v.begin(), v.end(), v.begin(), 0.0);
    const auto h = [&](std::size_t j, std::size_t k) { return (j == k ? 1.0 : 0.0) - 2 * v[j] * v[k] / norm2; };
    std::vector<double> sigma(d * d, 0.0);
    for (std::size_t k = 0; k < d; ++k) {
        for (std::size_t a = 0; a < d; ++a) {
            for (std::size_t b = 0; b < d; ++b) sigma[a * d + b] += double(d - k) * h(a, k) * h(b, k);
        }
    }
    const Moments m = covariance_of(sigma, d);
    const auto p = principal_components(m);
    const auto s = principal_spectrum(m, Threads(1));
    REQUIRE(p);
    REQUIRE(s);
    for (std::size_t k = 0; k < d; ++k) {
        CHECK(std::abs(p->variances[k] - double(d - k)) <= allowed(m));
        CHECK(std::abs(s->variances()[k] - double(d - k)) <= allowed(m));
        double overlap = 0.0;
        for (std::size_t j = 0; j < d; ++j) overlap += p->components[k * d + j] * h(j, k);
        CHECK(std::abs(std::abs(overlap) - 1.0) <= allowed(m));  // the angle is δΣ over the gap, 1
    }
}

TEST_CASE("principal components are orthonormal, fall, have their largest entry positive, and rebuild the covariance") {
    const std::size_t d = 60;
    const auto m = measure_moments(source_of(random_vectors(300, d, 21), d), Threads(2));
    REQUIRE(m);
    const auto p = principal_components(*m);
    REQUIRE(p);
    CHECK(std::is_sorted(p->variances.rbegin(), p->variances.rend()));
    for (std::size_t a = 0; a < d; ++a) {
        const double* u = &p->components[a * d];
        CHECK(*std::max_element(u, u + d, [](double x, double y) { return std::abs(x) < std::abs(y); }) > 0.0);
        for (std::size_t b = 0; b < d; ++b) {
            double overlap = 0.0;
            double rebuilt = 0.0;
            for (std::size_t j = 0; j < d; ++j) {
                overlap += u[j] * p->components[b * d + j];
                rebuilt += p->variances[j] * p->components[j * d + a] * p->components[j * d + b];
            }
            CHECK(std::abs(overlap - (a == b ? 1.0 : 0.0)) <= double(d) * 4 * eps);
            CHECK(std::abs(rebuilt - m->covariance[a * d + b]) <= allowed(*m));
        }
    }
}

TEST_CASE("the variances sum to the trace, also with fewer vectors than dimensions, and null ones are not negative") {
    for (const std::size_t n : {5UL, 40UL, 400UL}) {
        const std::size_t d = 50;
        const auto m = measure_moments(source_of(random_vectors(n, d, 22, 1.0), d), Threads(1));
        REQUIRE(m);
        const auto s = principal_spectrum(*m, Threads(1));
        REQUIRE(s);
        double trace = 0.0;
        for (std::size_t j = 0; j < d; ++j) trace += m->covariance[j * (d + 1)];
        CHECK(std::abs(s->total() - trace) <= double(d) * allowed(*m));
        for (std::size_t k = n - 1; k < d; ++k) CHECK(s->variances()[k] <= allowed(*m));
        CHECK(s->variances()[std::min(n - 1, d) - 1] > allowed(*m));
        CHECK(s->variances()[d - 1] >= 0.0);
    }
}

TEST_CASE("equal vectors have no variance at all") {
    const auto m = measure_moments(source_of({0.1, 0.2, 0.1, 0.2, 0.1, 0.2}, 2), Threads(1));
    REQUIRE(m);
    CHECK(principal_spectrum(*m, Threads(1))->largest() == 0.0);
}

TEST_CASE("principal components refuse a covariance that is none") {
    const auto negative = principal_spectrum(covariance_of({1, 0, 0, -1e-6}, 2), Threads(1));
    REQUIRE_FALSE(negative);
    CHECK(negative.error().kind == ErrorKind::internal);
    CHECK(principal_spectrum(covariance_of({1, 0, 0}, 2), Threads(1)).error().kind == ErrorKind::usage);
    CHECK(principal_spectrum(covariance_of({}, 0), Threads(1)).error().kind == ErrorKind::usage);
    CHECK(principal_components(covariance_of({std::nan("")}, 1)).error().kind == ErrorKind::usage);
}

TEST_CASE("principal components have the same bytes whatever number of threads OpenBLAS is set to") {
    const std::size_t d = 300;  // large enough for OpenBLAS to use two
    const auto m = measure_moments(source_of(random_vectors(310, d, 23), d), Threads(1));
    REQUIRE(m);
    openblas_set_num_threads(1);
    const auto one = principal_spectrum(*m, Threads(1));
    const auto one_all = principal_components(*m);
    openblas_set_num_threads(2);
    const auto two = principal_spectrum(*m, Threads(1));
    const auto two_all = principal_components(*m);
    CHECK(std::memcmp(one->variances().data(), two->variances().data(), d * sizeof(double)) == 0);
    CHECK(std::memcmp(one_all->components.data(), two_all->components.data(), d * d * sizeof(double)) == 0);
}

// The story: points of a sweep run at the same time, each with images of its own. The first to end gave OpenBLAS its
// threads back in the middle of the other's work, whose bytes then depended on when that was.
TEST_CASE("principal components have the same bytes while other spectra begin and end beside them") {
    const std::size_t d = 300;  // as above
    const auto large = measure_moments(source_of(random_vectors(310, d, 23), d), Threads(1));
    const auto small = measure_moments(source_of(random_vectors(20, 10, 24), 10), Threads(1));
    REQUIRE(large);
    REQUIRE(small);
    openblas_set_num_threads(2);
    const int before = openblas_get_num_threads();
    const auto alone = principal_components(*large);
    const auto alone_values = principal_spectrum(*large, Threads(1));
    std::atomic<bool> done = false;
    bool same = true;
    numerics::parallel_for(2, Threads(2), [&](std::size_t task) {
        if (task == 1) {
            while (!done) static_cast<void>(principal_spectrum(*small, Threads(1)));
            return;
        }
        for (int i = 0; i < 10; ++i) {
            const auto beside = principal_components(*large);
            const auto values = principal_spectrum(*large, Threads(1));
            same = same && beside->components == alone->components &&
                   std::ranges::equal(values->variances(), alone_values->variances());
        }
        done = true;
    });
    CHECK(same);
    CHECK(openblas_get_num_threads() == before);
}

TEST_CASE("T-18 the mean goes with its component, and equal variances keep their order") {
    const auto sorted = Spectrum::principal({1.0, 3.0, 1.0, 2.0}, {10.0, 30.0, 11.0, 20.0});
    REQUIRE(sorted);
    CHECK(std::vector<double>(sorted->mean().begin(), sorted->mean().end()) == std::vector{30.0, 20.0, 10.0, 11.0});
    CHECK(Spectrum::principal({1.0})->mean().empty());
    CHECK_FALSE(Spectrum::principal({1.0, 2.0}, {0.0}));
    CHECK_FALSE(Spectrum::principal({1.0}, {std::nan("")}));
}

TEST_CASE("T-18 the mean along the components has the mean's length, and rebuilds it") {
    Moments moments{.count = 100, .mean = {3.0, -1.0}, .covariance = {2.0, 1.0, 1.0, 2.0}};
    const auto spectrum = principal_spectrum_with_mean(moments);
    REQUIRE(spectrum);
    // (1, 1)/√2 of variance 3 and (1, −1)/√2 of variance 1; four roundings.
    CHECK(std::abs(spectrum->mean()[0] - std::sqrt(2.0)) <= 4 * 2.0 * eps);
    CHECK(std::abs(std::abs(spectrum->mean()[1]) - 2.0 * std::sqrt(2.0)) <= 4 * 4.0 * eps);  // of a free sign
}

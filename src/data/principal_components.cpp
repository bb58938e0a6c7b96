#include "eigenflow/data/principal_components.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "blas_kernels.hpp"
#include "eigenflow/core/finite.hpp"
#include "symmetric_values.hpp"
// Last, and here only: complex.h defines a macro I that breaks other headers.
#include <lapacke.h>
#undef I

namespace eigenflow::data {

namespace {

Result<void> check_moments(const Moments& m) {
    const std::size_t d = m.dimension();
    if (m.count < 2 || d == 0 || d > 32767 || m.covariance.size() != d * d || !all_finite(m.covariance)) {
        return Error{ErrorKind::usage,
                     "principal components need a finite d x d covariance of 2 or more vectors, d = 1 "
                     "to 32767; here d is " +
                         std::to_string(d) + ", with " + std::to_string(m.covariance.size()) +
                         " covariance entries and " + std::to_string(m.count) + " vectors"};
    }
    return {};
}

// What rounding can do to a null variance. The covariance's entries are sums of n products, each centred and rounded:
// |δΣ_ij| ≤ n eps √(Σ_ii Σ_jj), so ‖δΣ‖_F ≤ n eps tr Σ. dsyevd and symmetric_values are backward stable: ‖δ‖₂ ≤ d eps
// ‖Σ‖_F ≤ d eps tr Σ.
double rounding_of_null(const Moments& m) {
    double trace = 0.0;
    for (std::size_t j = 0; j < m.dimension(); ++j) trace += m.covariance[j * (m.dimension() + 1)];
    return static_cast<double>(m.count + m.dimension()) * std::numeric_limits<double>::epsilon() * trace;
}

// Rising values to variances.
Result<std::vector<double>> variances(std::vector<double> values, double negligible) {
    std::reverse(values.begin(), values.end());
    if (values.back() < -negligible) {
        return Error{ErrorKind::internal, "a covariance with a negative variance, beyond its rounding by a factor " +
                                              std::to_string(-values.back() / negligible)};
    }
    for (double& v : values) v = std::max(v, 0.0);
    return values;
}

// The symmetric matrix becomes its eigenvectors, rising, one after the other. LAPACK may take its rows for columns.
Result<std::vector<double>> eigenvectors(std::vector<double>& matrix, std::size_t dimension) {
    const auto d = static_cast<lapack_int>(dimension);
    std::vector<double> values(dimension);
    const BestBlas blas;
    const lapack_int info = LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'L', d, matrix.data(), d, values.data());
    if (info == 0) return values;
    return Error{ErrorKind::numerics, "the eigenvalues of the " + std::to_string(d) + " x " + std::to_string(d) +
                                          " covariance were not found (LAPACK dsyevd, info " + std::to_string(info) +
                                          ")"};
}

// A component's sign is free: its entry of largest magnitude, the first of equals, is made positive.
void fix_sign(double* u, std::size_t d) {
    const double* largest = std::max_element(u, u + d, [](double a, double b) { return std::abs(a) < std::abs(b); });
    if (*largest > 0.0) return;
    for (std::size_t j = 0; j < d; ++j) u[j] = -u[j];
}

}  // namespace

Result<Spectrum> principal_spectrum(const Moments& moments, Threads threads) {
    if (auto ok = check_moments(moments); !ok) return ok.error();
    auto values =
        variances(symmetric_values(moments.covariance, moments.dimension(), threads), rounding_of_null(moments));
    if (!values) return values.error();
    return Spectrum::principal(std::move(*values));
}

Result<PrincipalComponents> principal_components(const Moments& moments) {
    if (auto ok = check_moments(moments); !ok) return ok.error();
    const std::size_t d = moments.dimension();
    std::vector<double> matrix = moments.covariance;
    auto rising = eigenvectors(matrix, d);
    if (!rising) return rising.error();
    auto values = variances(std::move(*rising), rounding_of_null(moments));
    if (!values) return values.error();
    for (std::size_t k = 0; k < d / 2; ++k) {
        std::swap_ranges(&matrix[k * d], &matrix[k * d] + d, &matrix[(d - 1 - k) * d]);
    }
    for (std::size_t k = 0; k < d; ++k) fix_sign(&matrix[k * d], d);
    return PrincipalComponents{std::move(*values), std::move(matrix)};
}

Result<Spectrum> principal_spectrum_with_mean(const Moments& moments) {
    auto found = principal_components(moments);
    if (!found) return found.error();
    const std::size_t d = moments.dimension();
    std::vector<double> mean(d);
    for (std::size_t k = 0; k < d; ++k) {
        const double* u = &found->components[k * d];
        mean[k] = std::inner_product(u, u + d, moments.mean.begin(), 0.0);
    }
    return Spectrum::principal(std::move(found->variances), mean);
}

}  // namespace eigenflow::data
